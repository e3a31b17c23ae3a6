using System.Security.Cryptography;
using Keeper.Chain.Native.Crypto;
using Keeper.Core;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Core.Telemetry;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;

namespace Keeper.Host.Running;

/// <summary>Puts the loop together from its parts.</summary>
internal static class KeeperAssembly
{
    public static async Task RunAsync(KeeperParts parts, CancellationToken stopping)
    {
        parts.Readiness.Expect(KeeperLoop.Component);
        parts.Readiness.Expect(Sender.Component);
        var (options, client) = (parts.Options, parts.Client);
        var (profile, executor) = (options.Chain.Profile, options.Executor!.Address);
        var settings = new SenderSettings(options.Submission, profile, executor, parts.Signer?.Address ?? await OperatorAsync(options.Chain, client, executor, stopping), Keccak.Hash)
        {
            Breakers = options.Breakers,
            ExecutorCodeHash = options.Executor.CodeHash,
            ExecutorImplementationCodeHash = options.Executor.ImplementationCodeHash,
        };
        var gas = new GasMarketReader(client, profile, options.Submission.FirstTipPercentile);
        var skips = new SkipReport(parts.Time, parts.Loggers.CreateLogger<SkipReport>());
        await using var pool = PendingPools.Create(options.Chain, client, parts.Time, parts.Loggers);
        var sender = new Sender(
            client, parts.Journal, parts.Signer, settings, [.. options.Protocols.Select(protocol => ProtocolCatalog.Create(protocol, new UndoLog()))], parts.Readiness, skips, parts.Time, parts.Loggers.CreateLogger<Sender>(), parts.PrivateFlow, pool);
        var snapshots = new SnapshotStore(options.Checkpoint.Path, options.Chain.Id, parts.Time, isReadOnly: parts.Signer is null);
        var loop = new KeeperLoop(
            client, new MirrorBuilder(client, profile, Protocols, parts.Time, parts.Loggers.CreateLogger<MirrorBuilder>(), snapshots),
            new Checkpoints(client, snapshots, new() { Every = options.Checkpoint.Every }, parts.Time, parts.Loggers.CreateLogger<Checkpoints>()), new MarginCycle(parts.Time, parts.Loggers.CreateLogger<MarginCycle>()), new Planner(options.Planning),
            sender, gas, profile, parts.Readiness, skips, parts.Time, parts.Loggers.CreateLogger<KeeperLoop>(), options.Audit, pool, new Random(RandomNumberGenerator.GetInt32(int.MaxValue)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var control = parts.Control?.ServeAsync(sender.AskAsync, stop.Token) ?? Task.CompletedTask;
        try
        {
            await loop.RunAsync(stopping);
        }
        finally
        {
            await stop.CancelAsync();
            await control;
        }

        IReadOnlyList<IProtocol> Protocols(UndoLog undo) => [.. options.Protocols.Select(protocol => CreateAgain(protocol, undo))];
    }

    /// <summary>For a mirror. The sender's was made before: whatever is wrong now came while the keeper runs, and must not end it.</summary>
    internal static IProtocol CreateAgain(ProtocolSettings settings, UndoLog undo)
    {
        try
        {
            return ProtocolCatalog.Create(settings, undo);
        }
        catch (StartupException error)
        {
            return new BrokenProtocol(settings, error.Message);
        }
    }

    /// <summary>Whom a dry run simulates for: the key that the executor obeys.</summary>
    private static async Task<Address> OperatorAsync(ChainOptions chain, IChainClient client, Address executor, CancellationToken cancellation)
    {
        try
        {
            return (await ChainLibraries.Of(chain).Executor.ReadAsync(client, executor, BlockId.Latest, cancellation)).Operator;
        }
        catch (AbiException error)
        {
            throw new ChainException($"The executor {executor} does not name its operator: {error.Message}", ChainFault.Rejected);
        }
    }
}
