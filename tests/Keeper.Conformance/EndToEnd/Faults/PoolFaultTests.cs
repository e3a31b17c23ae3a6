using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>Pools that drop, blocks that ask for more, and bids that must rise.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class PoolFaultTests(FaultChain chain) : IClassFixture<FaultChain>
{
    private const string Send = "eth_sendRawTransaction";

    /// <summary>The first bid begins low, and every head may raise it: what is seen is the raising.</summary>
    private static SubmissionOptions Climbing { get; } = new() { DeadlineBlocks = 500, FirstBidSharePpm = 0, BumpAfter = TimeSpan.FromMilliseconds(1) };

    [Fact]
    public async Task A_transaction_that_the_pool_dropped_goes_out_again_as_it_was()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        await scene.PriceAsync();
        await scene.UntilSentAsync();
        var hash = scene.Proxy.Sends[0].Hash;
        await scene.Exchange.Rpc.RequestAsync("anvil_dropTransaction", hash);
        // The control: the pool does not find it again by itself.
        scene.Proxy.On(Send, Rules.AcceptAndDiscard);
        await scene.MineAsync(3);
        await scene.HandledAsync();
        Assert.Equal(0UL, await scene.Exchange.NonceAsync(scene.Operator));

        scene.Proxy.Mend();
        await scene.UntilCalmAsync();
        Assert.Equal(hash, (await scene.JudgeAsync())[0].Hash);
    }

    [Fact]
    public async Task A_lower_nonce_that_the_pool_dropped_is_refilled_and_those_above_it_follow()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync(setup => setup with { Planning = new() { MaxAccountsPerTransaction = 1 } });
        await scene.PriceAsync();
        await scene.UntilAsync("two are sent", () => scene.Proxy.Sends.Count > 1, mines: false);
        var lowest = scene.Proxy.Sends.First(send => send.Transaction.Fields.Nonce == 0);
        await scene.Exchange.Rpc.RequestAsync("anvil_dropTransaction", lowest.Hash);
        scene.Proxy.On(Send, Rules.AcceptAndDiscard);
        await scene.MineAsync(2);
        await scene.HandledAsync();
        Assert.Equal(0UL, await scene.Exchange.NonceAsync(scene.Operator));

        // The newest head may still be decided on: what is sent for the first time after this has no place among the refilled.
        var (held, known) = (NoncesAtNode().Length, scene.Proxy.Sends.Select(send => send.Transaction.Fields.Nonce).ToHashSet());
        scene.Proxy.Mend();
        await scene.UntilCalmAsync();
        ulong[] refilled = [.. NoncesAtNode().Skip(held).Where(known.Contains).Distinct()];
        Assert.Equal(0UL, refilled[0]);
        Assert.Equal(refilled.Order(), refilled);
        var mined = await scene.JudgeAsync();
        Assert.True(mined.Count > 1);
        Assert.Contains(await scene.AttemptsAsync(0), attempt => attempt.Hash == mined[0].Hash);

        ulong[] NoncesAtNode() => [.. scene.Proxy.Sends.Where(send => send.WasForwarded).Select(send => send.Transaction.Fields.Nonce)];
    }

    [Fact]
    public async Task A_stuck_transaction_is_bid_up_until_the_cap_and_no_further()
    {
        var cap = Wei.FromGwei(12);
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync(setup => setup with { Submission = Climbing with { HardFeeCap = cap } });
        await scene.PriceAsync();
        await scene.UntilSentAsync();
        // The base fee is always a little above the last bid, and in the end above any that may be made.
        await scene.UntilAsync(
            "no higher bid fits below the cap",
            async () =>
            {
                var bid = (await scene.AttemptsAsync(0))[^1].Fees.MaxFeePerGas;
                if (FeeRules.RaisedByAnEighth(bid) > cap) return true;
                await scene.MineAsync(Wei.Min(new(UInt256.MulDivUp(bid.Value, 11UL, 10UL)), Wei.FromGwei(24)));
                return false;
            },
            mines: false);
        for (var i = 0; i < 4; i++) await scene.MineAsync(Wei.FromGwei(24));
        await scene.HandledAsync();
        var attempts = await scene.AttemptsAsync(0);
        Assert.True(attempts.Count > 1, $"{attempts.Count} attempts.");
        for (var i = 1; i < attempts.Count; i++)
        {
            Assert.True(attempts[i].Fees.MaxFeePerGas >= FeeRules.RaisedByAnEighth(attempts[i - 1].Fees.MaxFeePerGas));
            Assert.True(attempts[i].Fees.MaxPriorityFeePerGas >= FeeRules.RaisedByAnEighth(attempts[i - 1].Fees.MaxPriorityFeePerGas));
        }
        Assert.All(attempts, attempt => Assert.True(attempt.Fees.MaxFeePerGas <= cap, $"{attempt.Fees.MaxFeePerGas}"));
        Assert.True(FeeRules.RaisedByAnEighth(attempts[^1].Fees.MaxFeePerGas) > cap, $"{attempts[^1].Fees.MaxFeePerGas}");
        Assert.Equal(0UL, await scene.Exchange.NonceAsync(scene.Operator));

        await scene.MineAsync(Wei.FromGwei(1));
        await scene.UntilCalmAsync();
        Assert.Contains((await scene.JudgeAsync())[0].Hash, attempts.Select(attempt => attempt.Hash));
    }

    /// <param name="perMille">By how much the pool wants a replacement to be dearer: as real ones do, and twice as much.</param>
    [Theory]
    [InlineData(100, false)]
    [InlineData(125, false)]
    [InlineData(250, true)]
    public async Task Replacements_pass_a_pool_that_asks_for_more(uint perMille, bool refusesOnce)
    {
        await using var scene = await chain.SceneAsync();
        var pool = new MinimumBump(perMille);
        scene.Proxy.On(Send, pool.JudgeAsync);
        await scene.StartAsync(setup => setup with { Submission = Climbing });
        await scene.PriceAsync();
        await scene.UntilSentAsync();
        var first = scene.Proxy.Sends[0].Transaction;
        // Beyond its cap for some blocks, but not beyond what it may offer.
        var risen = new Wei(UInt256.MulDivUp(first.Fields.Fees.MaxFeePerGas.Value, 11UL, 10UL));
        await scene.UntilAsync("a replacement is mined", async () =>
        {
            await scene.MineAsync(risen);
            return await scene.Exchange.NonceAsync(scene.Operator) > 0;
        }, mines: false);
        await scene.UntilCalmAsync();
        var mined = await scene.JudgeAsync();
        Assert.NotEqual(first.Hash, mined[0].Hash);
        Assert.Equal(refusesOnce, pool.Refusals > 0);
    }

    /// <summary>The control of the rule: what raises too little is refused.</summary>
    [Fact]
    public async Task A_replacement_that_raises_too_little_does_not_pass()
    {
        await using var scene = await chain.SceneAsync();
        var pool = new MinimumBump(100);
        scene.Proxy.On(Send, pool.JudgeAsync);
        await scene.StartAsync();
        using var key = scene.Exchange.OperatorKey();
        SendError[] answers = [await SendAsync(100), await SendAsync(105), await SendAsync(113)];
        Assert.Equal([SendError.None, SendError.ReplacementUnderpriced, SendError.None], answers);

        async Task<SendError> SendAsync(ulong gwei)
        {
            var fields = new TransactionFields(31337, 0, scene.Exchange.Deployment.Treasury, Wei.Zero, ReadOnlyMemory<byte>.Empty, new Gas(21_000), new Fees(Wei.FromGwei(gwei), Wei.FromGwei(gwei)));
            return (await scene.Keeper.Client.SendRawTransactionAsync((await key.SignAsync(fields, default)).Raw, default)).Error;
        }
    }

    /// <summary>The cancel goes to the pool, and the call's own bytes come back: whichever is mined, the nonce is used once and the journal says by what.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancel_that_races_the_original_ends_in_one_of_them_and_both_are_accounted_for(bool cancelWins)
    {
        await using var scene = await chain.SceneAsync();
        // The pool that the original is in is not the one that mines.
        scene.Proxy.On(Send, call => (cancelWins && call.Transaction.Fields.Data.IsEmpty ? Rules.Pass : Rules.AcceptAndDiscard)(call));
        await scene.StartAsync(setup => setup with { Submission = Climbing with { DeadlineBlocks = 6 } });
        await scene.PriceAsync();
        await scene.UntilSentAsync();
        await scene.UntilAsync("it is cancelled", async () => (await scene.AttemptsAsync(0)).Any(attempt => attempt.IsCancel));
        if (!cancelWins)
        {
            Assert.Equal(0UL, await scene.Exchange.NonceAsync(scene.Operator));
            // Past the deadline for certain: with blocks this close to each other the next may be of the same second.
            await scene.Exchange.Rpc.RequestAsync("evm_increaseTime", 30);
            await scene.Exchange.Rpc.RequestAsync("eth_sendRawTransaction", scene.Proxy.Sends[0].Raw);
        }
        await scene.UntilMinedAsync(1);
        scene.Proxy.Mend();
        await scene.UntilCalmAsync();

        var mined = await scene.JudgeAsync();
        var signed = (await scene.Keeper.EntriesAsync<JournalEntry.Signed>()).Where(attempt => attempt.Nonce == 0).ToArray();
        Assert.Equal(cancelWins, signed.Single(attempt => attempt.Hash == mined[0].Hash).IsCancel);
        var settled = (await scene.Keeper.EntriesAsync<JournalEntry.Settled>()).Single(entry => signed.Any(attempt => attempt.Hash == entry.Hash));
        Assert.All(settled.Outcomes, outcome => Assert.Equal(Outcome.Expired, outcome.Outcome));
    }
}
