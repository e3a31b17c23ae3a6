using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.OrderFlow;
using Keeper.Core.Telemetry;
using Keeper.Host.Configuration;
using Keeper.Host.Control;
using Microsoft.Extensions.Logging;

namespace Keeper.Host.Running;

/// <summary>What the loop and the pages around it are made of; whoever makes it disposes of it.</summary>
/// <param name="Signer">Null in a dry run.</param>
/// <param name="Journal">In a dry run one that forgets.</param>
internal sealed record KeeperParts(
    KeeperOptions Options, IChainClient Client, ISigner? Signer, IJournal Journal, Readiness Readiness, ILoggerFactory Loggers, TimeProvider Time)
{
    /// <summary>Where operators' commands come in; null in a dry run, and where the system has no such sockets.</summary>
    public ControlSocket? Control { get; init; }

    /// <summary>Null where every attempt is public from the start.</summary>
    public IPrivateFlow? PrivateFlow { get; init; }
}
