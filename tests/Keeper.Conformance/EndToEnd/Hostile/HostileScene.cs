using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;

namespace Keeper.Conformance.EndToEnd.Hostile;

/// <summary>A market of hostile accounts that the executor's owner allowed by mistake, and a keeper that believes in it.</summary>
internal sealed class HostileScene : IAsyncDisposable
{
    /// <summary>Enough for a megabyte of memory.</summary>
    public const ulong CallGas = 3_000_000;

    /// <summary>A batch must bring $30 and an account promises $10: one that brings a tenth of it brings less than its share.</summary>
    private static readonly PlanningOptions Planning = new() { MinProfit = Usd.Whole(30) };

    private readonly ExchangeChain _exchange;
    private readonly int _accounts;

    private HostileScene(ExchangeChain exchange, Address target, int accounts, InProcessKeeper keeper) =>
        (_exchange, Target, _accounts, Keeper) = (exchange, target, accounts, keeper);

    public Address Target { get; }
    public InProcessKeeper Keeper { get; }

    /// <param name="accounts">Told how to make a token of a kind.</param>
    /// <param name="beforeStart">What is done with the target before the keeper starts; then nobody waits until it is ready.</param>
    public static async Task<HostileScene> StartAsync(ExchangeChain exchange, Func<Func<int, Task<Address>>, Task<HostileAccount[]>> accounts, Func<Address, Task>? beforeStart = null)
    {
        var (chain, owner, contract) = (exchange.Chain, exchange.Deployment.Owner, NativeChainLibrary.Instance.Executor);
        var target = await chain.DeployAsync(owner, Artifact.Load("HostileTarget").DeployData([]), default);
        await chain.TransactAsync(owner, exchange.Deployment.Executor, contract.AllowTarget(target, Keccak.Selector(HostileProtocol.Close), allowed: true), default);
        var all = await accounts(TokenAsync);
        if (beforeStart is not null) await beforeStart(target);
        var setup = exchange.Setup with { Protocol = undo => new HostileProtocol(target, all, undo), Planning = Planning, JournalPath = Path.Combine(exchange.Workspace.Folder, $"{target}.db") };
        var keeper = await InProcessKeeper.StartAsync(setup, exchange.Place);
        if (beforeStart is null) await keeper.UntilReadyAsync();
        return new(exchange, target, all.Length, keeper);

        async Task<Address> TokenAsync(int kind)
        {
            var arguments = new AbiWriter().Word((UInt256)(ulong)kind).Word(exchange.Deployment.Treasury).ToArray();
            var token = await chain.DeployAsync(owner, Artifact.Load("HostileToken").DeployData(arguments), default);
            await chain.TransactAsync(owner, exchange.Deployment.Executor, contract.AllowToken(token, allowed: true), default);
            return token;
        }
    }

    public static HostileAccount Of(HostileKind kind, Address token, ulong gas = 300_000) => new(kind, token, UInt256.MulDivDown(HostileAccount.Wad, 10UL, UInt256.One), gas);

    /// <summary>Waits until exactly these accounts are won, a few blocks more, and sees that no other was ever signed for.</summary>
    public Task WinsOnlyAsync(params int[] winners) => WinsOnlyAsync(winners, "simulation_failed");

    /// <param name="left">Why the others are left alone.</param>
    public async Task WinsOnlyAsync(int[] winners, string left)
    {
        var expected = winners.Select(Name).ToHashSet();
        await Keeper.UntilAsync(async () => expected.IsSubsetOf((await Keeper.EntriesAsync<JournalEntry.Settled>()).SelectMany(settled => settled.Outcomes).Select(entry => entry.Account)));
        var block = await _exchange.BlockNumberAsync();
        for (var i = 0; i < 4; i++) block = await _exchange.NextBlockAsync(block);
        var outcomes = (await Keeper.EntriesAsync<JournalEntry.Settled>()).SelectMany(settled => settled.Outcomes).ToArray();
        Assert.All(outcomes, entry => Assert.Equal(Core.Submission.Outcome.Won, entry.Outcome));
        var intended = (await Keeper.EntriesAsync<JournalEntry.Intended>()).SelectMany(intent => intent.Items).Select(item => item.Account).ToHashSet();
        Assert.Equal(expected.Order(), intended.Order());
        Assert.All((await Keeper.EntriesAsync<JournalEntry.Mined>()), mined => Assert.True(mined.Succeeded));
        var skipped = Keeper.Lines.Where(line => line.StartsWith("Skipped ", StringComparison.Ordinal)).Select(line => line.Split(' ')).Select(words => (words[1].TrimEnd(':'), words[2])).ToHashSet();
        Assert.All(Enumerable.Range(0, _accounts).Except(winners), account => Assert.Contains((Name(account), left), skipped));
    }

    public static string Name(int account) => $"hostile:{account}";

    public ValueTask DisposeAsync() => Keeper.DisposeAsync();
}
