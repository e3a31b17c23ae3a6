using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.EndToEnd;
using Keeper.Conformance.RefPerps;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Control;
using Keeper.Host.Demo;
using Keeper.Protocols.MorphoBlue;
using Xunit.Abstractions;

namespace Keeper.Conformance.MorphoBlue;

/// <summary>A whole keeper at markets of the real Morpho of which each has a part that cheats: it names why it leaves each of them alone, sends nothing that fails, and liquidates the honest market beside them.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class HostilePartsTests(ITestOutputHelper output)
{
    /// <summary>With views that loop until all gas is gone, more than one call's: while one does, Anvil mines nothing, on a loaded machine for a minute.</summary>
    private static bool IsFull => Environment.GetEnvironmentVariable("KEEPER_TESTS") == "full";

    private const string Simulated = "simulation_failed", Unusable = "price_unusable";

    [Fact]
    public async Task Markets_with_hostile_tokens_oracles_and_venues_are_left_alone_by_name_and_the_honest_one_is_liquidated()
    {
        await using var chain = await TestChain.StartAsync((ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await using var client = MorphoWorld.Client(chain);
        using var workspace = DemoWorkspace.Create();
        var parts = new HostileParts(chain);
        await parts.DeployAsync(workspace.Operator);
        var fromTheStart = await OraclesAsync(parts, "");
        await OraclesAsync(parts, " later");
        await parts.AddOracleAsync("tells Morpho another price than the rest", 7, "no_longer_needed (Error(\"position is healthy\"))");
        await parts.AddOracleAsync("tells another price where more gas is left", 8, "no_longer_needed (Error(\"position is healthy\"))");
        await TokensAsync(parts);
        await parts.AddEmptyVenueAsync($"{Simulated} (SwapFailed(");
        foreach (var market in fromTheStart) await chain.SendAsync(parts.World.Owner, market.Turn!.Value.To, market.Turn.Value.Data, 500_000);
        await chain.MineAsync();
        await chain.UnlockAsync([workspace.Operator]);
        // Little more than one transaction may have: a view that loops takes it all, and a loaded machine is slow at that.
        await chain.LimitGasAsync(17_000_000);

        var setup = new KeeperSetup([new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url }], Path.Combine(workspace.Folder, "journal.db"))
        {
            Protocol = undo => new MorphoBlueProtocol(parts.Settings, undo, Keccak.Hash),
            Profile = AnvilNode.Profile with { Multicall = parts.Multicall },
        };
        await using var keeper = await InProcessKeeper.StartAsync(setup, new(workspace.Folder, parts.World.Morpho, parts.Executor, parts.Feed));
        await UntilAsync(keeper, chain, () => Task.FromResult(keeper.IsReady));

        try
        {
            await parts.FallAsync(HostileParts.PriceAfter, parts.Hostile.Except(fromTheStart));
            await UntilAsync(keeper, chain, () => LiquidatedAsync(client, parts, parts.Borrower));
            await UntilAsync(keeper, chain, () => Task.FromResult(parts.Hostile.All(market => LeftOf(keeper, parts, market).Any(left => left.StartsWith(market.Left, StringComparison.Ordinal)))));
            // Whatever they do from now on, nobody else is held up.
            await parts.FallAsync(HostileParts.PriceLast);
            await UntilAsync(keeper, chain, () => LiquidatedAsync(client, parts, parts.LateBorrower));
            await UntilAsync(keeper, chain, keeper.IsSettledAsync);
        }
        finally
        {
            foreach (var market in parts.Hostile) output.WriteLine($"{market.Name}: {string.Join("; ", LeftOf(keeper, parts, market))}");
        }
        foreach (var market in parts.Hostile) Assert.Contains(LeftOf(keeper, parts, market), left => left.StartsWith(market.Left, StringComparison.Ordinal));
        Assert.All((await keeper.EntriesAsync<JournalEntry.Settled>()).SelectMany(settled => settled.Outcomes), entry => Assert.Equal(Outcome.Won, entry.Outcome));
        Assert.All(await keeper.EntriesAsync<JournalEntry.Mined>(), mined => Assert.True(mined.Succeeded));
        Assert.All((await keeper.EntriesAsync<JournalEntry.Intended>()).SelectMany(intent => intent.Items), item => Assert.StartsWith($"morpho:{parts.Honest.Id(Keccak.Hash)}/", item.Account));
        Assert.Empty(await keeper.EntriesAsync<JournalEntry.BreakerChanged>());
    }

    /// <returns>Those that were added.</returns>
    private static async Task<IReadOnlyList<HostileMarket>> OraclesAsync(HostileParts parts, string when)
    {
        var first = parts.Hostile.Count;
        await parts.AddOracleAsync($"reverts{when}", 1, Unusable);
        await parts.AddOracleAsync($"answers nothing but zero{when}", 2, "below_min_profit");
        await parts.AddOracleAsync($"answers the greatest number{when}", 3, Unusable);
        if (IsFull) await parts.AddOracleAsync($"takes all gas{when}", 4, Unusable);
        await parts.AddOracleAsync($"answers a megabyte{when}", 5, $"{Simulated} (no revert data)", HostileParts.PriceAfter);
        await parts.AddOracleAsync($"reverts with a megabyte{when}", 6, Unusable);
        return [.. parts.Hostile.Skip(first)];
    }

    private static async Task TokensAsync(HostileParts parts)
    {
        var reentering = (parts.Liquidator, new AbiWriter().Word(UInt256.One).Bytes([]).ToCall(Keccak.Selector("onMorphoLiquidate(uint256,bytes)")));
        await parts.AddCollateralAsync("keeps a part", 1, $"{Simulated} (Error(\"transferFrom reverted\"))");
        await parts.AddCollateralAsync("blocks the liquidator", 2, $"{Simulated} (Error(\"transfer reverted\"))", parts.Liquidator);
        await parts.AddCollateralAsync("calls back", 10, $"{Simulated} (Error(\"transfer reverted\"))", call: reentering);
        await parts.AddCollateralAsync("answers false", 6, $"{Simulated} (Error(\"transfer returned false\"))");
        await parts.AddCollateralAsync("reverts", 7, $"{Simulated} (Error(\"transfer reverted\"))");
        await parts.AddCollateralAsync("takes all gas", 8, $"{Simulated} (Error(\"transfer reverted\"))");
        await parts.AddCollateralAsync("reverts with a megabyte", 9, $"{Simulated} (Error(\"transfer reverted\"))");
        await parts.AddLoanAsync("keeps a part", 1, $"{Simulated} (ProceedsBelowBound(");
        await parts.AddLoanAsync("blocks the liquidator", 2, $"{Simulated} (SwapFailed(", parts.Liquidator);
        await parts.AddLoanAsync("blocks the executor", 2, $"{Simulated} (TokenCallFailed(", parts.Executor);
        await parts.AddLoanAsync("calls back", 10, $"{Simulated} (SwapFailed(", call: reentering);
        await parts.AddLoanAsync("tells no balance", 4, $"{Simulated} (reverted with ");
        if (IsFull) await parts.AddLoanAsync("loops where it tells one", 5, $"{Simulated} (reverted with ");
        await parts.AddLoanAsync("answers false", 6, $"{Simulated} (SwapFailed(");
        await parts.AddLoanAsync("reverts", 7, $"{Simulated} (SwapFailed(");
        await parts.AddLoanAsync("takes all gas", 8, $"{Simulated} (SwapFailed(");
        await parts.AddLoanAsync("reverts with a megabyte", 9, $"{Simulated} (SwapFailed(");
    }

    /// <summary>Why the keeper left the market's borrower alone, each once.</summary>
    private static IEnumerable<string> LeftOf(InProcessKeeper keeper, HostileParts parts, HostileMarket market)
    {
        var begin = $"Skipped morpho:{market.Terms.Id(Keccak.Hash)}/{parts.Borrower}: ";
        return keeper.Lines.Where(line => line.StartsWith(begin, StringComparison.Ordinal)).Select(line => line[begin.Length..]).Where(line => !line.StartsWith("backing_off", StringComparison.Ordinal)).Distinct();
    }

    private static async Task<bool> LiquidatedAsync(IChainClient client, HostileParts parts, Address borrower) =>
        (await client.GetLogsAsync(new([parts.World.Morpho], [Topics.Liquidate]), parts.World.DeployBlock, parts.World.Chain.Number, CancellationToken.None))
            .Any(log => log.Topic1 == parts.Honest.Id(Keccak.Hash) && Liquidate.Decode(log).Borrower == borrower);

    private static Task UntilAsync(InProcessKeeper keeper, TestChain chain, Func<Task<bool>> condition) => keeper.UntilAsync(async () =>
    {
        await NextAsync(keeper, chain);
        return await condition();
    });

    /// <summary>A block, once the keeper has looked at the last one, and time to ask the oracles.</summary>
    private static async Task NextAsync(InProcessKeeper keeper, TestChain chain)
    {
        await keeper.UntilAsync(async () => keeper.Sender is { } sender && ((await sender.AskAsync(new ControlRequest.Status(), default)).Status.Head is not { } head || head.Number >= chain.Number));
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        await chain.MineAsync();
    }
}
