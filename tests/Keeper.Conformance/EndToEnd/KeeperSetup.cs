using Keeper.Conformance.Support;
using Keeper.Core.Audit;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Journal;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Planning;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;

namespace Keeper.Conformance.EndToEnd;

/// <summary>What differs between keepers that tests compose. The decorators stand around the real parts.</summary>
internal sealed record KeeperSetup(IReadOnlyList<RpcEndpoint> Endpoints, string JournalPath)
{
    /// <summary>Null is the exchange's own.</summary>
    public Func<UndoLog, IProtocol>? Protocol { get; init; }

    public SubmissionOptions Submission { get; init; } = new();
    public BreakerOptions Breakers { get; init; } = new();
    public PlanningOptions Planning { get; init; } = new();
    public AuditOptions Audit { get; init; } = new();
    public ChainProfile Profile { get; init; } = AnvilNode.Profile;
    /// <summary>The pool that price updates are seen in; null acts on none.</summary>
    public Func<Microsoft.Extensions.Logging.ILoggerFactory, IPendingPool>? Pool { get; init; }

    /// <summary>Null keeps no mirror.</summary>
    public SnapshotStore? Snapshots { get; init; }

    public CheckpointOptions Checkpoint { get; init; } = new() { Every = TimeSpan.Zero };
    public TimeProvider Time { get; init; } = TimeProvider.System;
    public Func<IChainClient, IChainClient> AroundChain { get; init; } = chain => chain;
    public Func<IJournal, IJournal> AroundJournal { get; init; } = journal => journal;
    public Func<ISigner, ISigner> AroundSigner { get; init; } = signer => signer;
}
