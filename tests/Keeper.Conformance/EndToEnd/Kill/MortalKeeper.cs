using System.Text.Json;
using Keeper.Conformance.Support;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.EndToEnd.Kill;

/// <summary>
/// The keeper's real parts in a process of their own, which kills itself where its parent says: a line with the name of a
/// <see cref="KillPoint"/>. It says "ready" and what it logs, and ends with its input.
/// </summary>
internal static class MortalKeeper
{
    public const string Ready = "ready";

    /// <summary>What the parent hands over, as JSON.</summary>
    public sealed record Orders(string Folder, string Journal, Uri Http, Uri Ws, string Perps, string Executor, string NativeFeed, int Seed);

    /// <summary>Of the test program: the test platform loads it as a library and asks for none.</summary>
    internal static class EntryPoint
    {
        public static async Task<int> Main(string[] args)
        {
            if (args is not [var text]) return 2;
            await RunAsync(JsonSerializer.Deserialize<Orders>(text)!);
            return 0;
        }
    }

    public static SnapshotStore SnapshotsOf(string journal) => new(journal + ".mirror", AnvilNode.Profile.ChainId, TimeProvider.System);

    private static async Task RunAsync(Orders orders)
    {
        var death = new Death();
        var table = new MortalTable(death);
        var place = new InProcessKeeper.Place(orders.Folder, Address.Parse(orders.Perps), Address.Parse(orders.Executor), Address.Parse(orders.NativeFeed));
        var setup = new KeeperSetup([new RpcEndpoint { Name = "anvil", HttpUrl = orders.Http, WsUrl = orders.Ws }], orders.Journal)
        {
            Submission = new() { DeadlineBlocks = 500 },
            // On a slow machine many blocks pass until it dies, and all of them are replaced: what it took for final would be given up.
            Profile = AnvilNode.Profile with { FinalityDepth = 64 },
            Snapshots = SnapshotsOf(orders.Journal),
            Checkpoint = new() { Every = TimeSpan.FromSeconds(1) },
            Protocol = undo =>
            {
                var protocol = InProcessKeeper.ProtocolOf(place, undo);
                undo.Register(table);
                return protocol;
            },
            AroundChain = chain => new MortalChain(chain, death, table),
            AroundJournal = journal => new MortalJournal(journal, death, new Random(orders.Seed)),
            AroundSigner = signer => new MortalSigner(signer, death),
        };
        await using var keeper = await InProcessKeeper.StartAsync(setup, place);
        var told = 0;
        // Not a plain await: the console reads its lines where it is asked for them.
        var listening = Task.Run(() => ListenAsync(death));
        while (!listening.IsCompleted && !keeper.Running.IsCompleted)
        {
            if (told == 0 && keeper.IsReady)
            {
                told = 1;
                await Console.Out.WriteLineAsync(Ready);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
        foreach (var line in keeper.Lines) await Console.Out.WriteLineAsync(line);
        if (keeper.Running.IsCompleted) await keeper.Running;
    }

    private static async Task ListenAsync(Death death)
    {
        while (await Console.In.ReadLineAsync() is { } line) death.ArmAt(Enum.Parse<KillPoint>(line));
    }
}
