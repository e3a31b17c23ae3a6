using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd;

/// <summary>A whole keeper whose transactions are not mined: for the base fee, for others' bids, or since their price is gone.</summary>
public sealed class GasTests(ITestOutputHelper output)
{
    /// <summary>Time enough for the slowest machine, and a bid that may be raised with every head.</summary>
    private static readonly SubmissionOptions Options = new() { BumpAfter = TimeSpan.FromMilliseconds(1), DeadlineBlocks = 600 };

    [Fact]
    public async Task A_base_fee_above_the_bid_is_bid_for_and_the_replacement_is_mined()
    {
        await using var scene = await GasScene.StartAsync(Options);
        var plan = (await scene.PriceAsync(93))[0];
        // Five times what the bid was made for, and more than it allows.
        var baseFee = Wei.Max(plan.Attempts[0].Fees.MaxFeePerGas + new Wei(1), Wei.FromGwei(5));
        await scene.MineAsync(baseFee);
        await scene.UntilAsync(async () => (await scene.AttemptsAsync(plan.Intent.Nonce))[^1].Fees.MaxFeePerGas > baseFee);
        // Whatever is still signed for this head is signed by then.
        for (var i = 0; i < 5 && await scene.OpenAsync() is [var open, ..] && open.Intent.Nonce == plan.Intent.Nonce; i++)
        {
            await scene.UntilAsync(async () => (await scene.PoolAsync()).Count > 0);
            await scene.MineAsync(baseFee);
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        }
        await scene.UntilAsync(async () => (await scene.OpenAsync()).All(open => open.Intent.Nonce != plan.Intent.Nonce));

        var attempts = await scene.AttemptsAsync(plan.Intent.Nonce);
        var settled = (await scene.EntriesAsync()).OfType<JournalEntry.Settled>().Single(entry => attempts.Any(attempt => attempt.Hash == entry.Hash));
        output.WriteLine($"base fee {baseFee}, bids {string.Join(", ", attempts.Select(attempt => attempt.Fees.MaxFeePerGas))}, bound {plan.Intent.MaxPricePerGas}");
        Assert.NotEqual(attempts[0].Hash, settled.Hash);
        Assert.Contains(settled.Outcomes, entry => entry.Outcome == Outcome.Won);
        Assert.All(attempts, attempt => Assert.True(attempt.Fees.MaxFeePerGas <= plan.Intent.MaxPricePerGas));
    }

    /// <param name="canSimulate">The control: without the simulation at each head the same bytes go out again, and revert.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transaction_whose_price_is_orphaned_is_cancelled_and_would_have_reverted(bool canSimulate)
    {
        await using var scene = await GasScene.StartAsync(Options);
        var plans = await scene.PriceAsync(93);
        scene.Chain.IsBlind = !canSimulate;
        await scene.DropAsync();
        await scene.Exchange.Rpc.RequestAsync("anvil_reorg", 1, Array.Empty<object>());
        await scene.UntilAsync(async () =>
        {
            var attempts = new List<JournalEntry.Signed>();
            foreach (var plan in plans) attempts.Add((await scene.AttemptsAsync(plan.Intent.Nonce))[^1]);
            if (attempts.All(attempt => attempt.IsCancel == canSimulate) && (await scene.PoolAsync()).Count >= plans.Count) return true;
            // The call must not be mined before the keeper has seen that branch.
            if (canSimulate) await scene.DropAsync();
            await scene.MineAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            return false;
        });
        await scene.MineAsync();
        await scene.UntilAsync(async () => (await scene.OpenAsync()).Count == 0);

        var entries = await scene.EntriesAsync();
        foreach (var plan in plans)
        {
            var hashes = (await scene.AttemptsAsync(plan.Intent.Nonce)).ToDictionary(attempt => attempt.Hash);
            var settled = entries.OfType<JournalEntry.Settled>().Last(entry => hashes.ContainsKey(entry.Hash));
            var status = (await scene.ReceiptAsync(settled.Hash)).GetProperty("status").GetString();
            Assert.Equal((canSimulate, canSimulate ? "0x1" : "0x0"), (hashes[settled.Hash].IsCancel, status));
            if (canSimulate) Assert.All(settled.Outcomes, entry => Assert.Equal(Outcome.Superseded, entry.Outcome));
        }
    }

    [Fact]
    public async Task In_a_gas_war_the_bids_go_as_far_as_the_liquidation_earns_and_no_further()
    {
        await using var scene = await GasScene.StartAsync(Options with { DeadlineBlocks = 60 });
        var plan = (await scene.PriceAsync(93))[0];
        var limit = plan.Intent.MaxPricePerGas;
        var rival = (await scene.Exchange.Rpc.RequestAsync("eth_accounts"))[7].GetString()!;
        for (var round = 0; round < 55 && (await scene.AttemptsAsync(plan.Intent.Nonce))[^1].Fees.MaxFeePerGas < limit; round++)
        {
            // The keeper hands its newest bytes out once a head; the rival's block is mined without them.
            await scene.UntilAsync(async () => (await scene.PoolAsync()).Count > 0);
            await scene.DropAsync();
            await scene.Exchange.Rpc.RequestAsync("eth_sendTransaction", new Dictionary<string, object>
            {
                ["from"] = rival, ["to"] = rival, ["gas"] = "0x5208", ["maxFeePerGas"] = "0x1d1a94a2000", ["maxPriorityFeePerGas"] = "0x1d1a94a2000",
            });
            await scene.Exchange.Rpc.RequestAsync("evm_increaseTime", 1);
            await scene.MineAsync();
        }
        var bids = (await scene.AttemptsAsync(plan.Intent.Nonce)).Where(attempt => !attempt.IsCancel).ToArray();
        output.WriteLine($"bids {string.Join(", ", bids.Select(bid => $"{bid.Fees.MaxFeePerGas}/{bid.Fees.MaxPriorityFeePerGas}"))}, bound {limit}");
        Assert.True(bids.Length > 3);
        Assert.Equal(limit, bids[^1].Fees.MaxFeePerGas);
        Assert.True(bids[^1].Fees.MaxPriorityFeePerGas > bids[0].Fees.MaxPriorityFeePerGas);
        Assert.All(bids, bid => Assert.True(bid.Fees.MaxFeePerGas <= limit));
    }
}
