using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Control;
using Keeper.Core.Telemetry;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>What a node says to signed bytes, and what is done then.</summary>
public sealed class SenderAnswerTests
{
    [Theory]
    [InlineData(SendError.IntrinsicGas)]
    [InlineData(SendError.GasLimit)]
    public async Task What_no_block_can_take_is_cancelled_at_once_and_its_account_planned_anew(SendError error)
    {
        var scene = await SenderScene.StartAsync();
        Answer(scene, error);
        await scene.OfferAsync("1");
        Assert.Equal(["journal Intended and Signed", "send", "journal Broadcast", "journal Signed", "send", "journal Broadcast"], scene.Steps);
        var signed = Signed(scene);
        Assert.Equal([(5UL, false), (5UL, true)], signed.Select(entry => (entry.Nonce, entry.IsCancel)));
        Assert.True(signed[1].Fees.MaxFeePerGas > signed[0].Fees.MaxFeePerGas);
        Assert.Equal([(signed[0].Hash, error), (signed[1].Hash, SendError.None)], Answers(scene));
        Assert.Null(scene.Sender.Halted);

        // What is behind it goes out at once, and the refused bytes never again.
        await scene.OfferAsync("2");
        await scene.NextAsync();
        Assert.Equal(6UL, Signed(scene)[2].Nonce);
        Assert.Single(scene.Sent, scene.Sent[0]);

        scene.Mine(signed[1]);
        await scene.NextAsync();
        var outcome = Assert.Single(Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Outcomes);
        Assert.Equal(("lend:1", Outcome.Superseded, $"a node refuses it for good: {Label.Of(error)}"), (outcome.Account, outcome.Outcome, outcome.Detail));
        Assert.False(scene.Sender.IsOpen("lend:1"));
    }

    [Fact]
    public async Task A_node_that_refuses_every_plan_is_paid_fewer_and_fewer_cancels()
    {
        var scene = await SenderScene.StartAsync();
        var offered = 0;
        for (var block = 101UL; block < 141; block++)
        {
            if (!scene.Sender.IsOpen("lend:1") && !scene.Sender.IsBackingOff("lend:1", block))
            {
                offered++;
                Answer(scene, SendError.GasLimit);
                await scene.OfferAsync("1");
                scene.Mine(Signed(scene)[^1]);
            }
            await scene.HeadAsync(Block(block));
        }
        Assert.InRange(offered, 2, 5);
        Assert.Equal(offered, Signed(scene).Count(signed => signed.IsCancel));
    }

    [Fact]
    public async Task A_cancel_that_the_key_did_not_sign_is_made_at_the_next_head()
    {
        var signer = new FailingSigner();
        var scene = await SenderScene.StartAsync(signer: signer);
        Answer(scene, SendError.GasLimit);
        scene.Chain.Sending = _ => signer.Failure = new("The key is locked.");
        await scene.OfferAsync("1");
        Assert.False(Assert.Single(Signed(scene)).IsCancel);
        (signer.Failure, scene.Chain.Sending) = (null, _ => { });
        await scene.NextAsync();
        Assert.Equal([false, true], Signed(scene).Select(signed => signed.IsCancel));
        Assert.Equal(2, scene.Sent.Count);
    }

    /// <summary>The bytes in the journal are all that a restart knows; what a node says to them is heard again.</summary>
    [Fact]
    public async Task After_a_restart_what_no_block_can_take_is_cancelled_too()
    {
        var before = await SenderScene.StartAsync();
        await before.OfferAsync("1");
        var after = await SenderScene.StartAsync(journal: before.Journal, setUp: scene => Answer(scene, SendError.IntrinsicGas));
        Assert.Equal([false, true], Signed(after).Select(signed => signed.IsCancel));
    }

    [Theory]
    [InlineData(TransactionOrdering.FirstCome)]
    [InlineData(TransactionOrdering.PriorityFee)]
    public async Task A_cancel_with_too_little_gas_is_signed_anew_with_what_the_node_says_that_it_needs(TransactionOrdering ordering)
    {
        var scene = await SenderScene.StartAsync(setUp: scene => scene.Gas = Market() with { Ordering = ordering });
        scene.Chain.Estimate = new Gas(63_000);
        Answer(scene, SendError.IntrinsicGas, 2);
        await scene.OfferAsync("1");
        Assert.Equal([(5UL, false, 0UL), (5UL, true, 21_000UL), (5UL, true, 63_000UL)], scene.Signer.Signed.Zip(Signed(scene)).Select(pair => (pair.First.Nonce, pair.Second.IsCancel, pair.Second.IsCancel ? pair.First.GasLimit.Value : 0)));
        scene.Mine(Signed(scene)[2]);
        await scene.NextAsync();
        Assert.Equal(Signed(scene)[2].Hash, Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Hash);

        // What was learned is not asked for again.
        scene.Chain.Estimate = null;
        for (var i = 0; i < 8; i++) await scene.NextAsync();
        Answer(scene, SendError.IntrinsicGas);
        await scene.OfferAsync("2");
        Assert.Equal(63_000UL, scene.Signer.Signed[^1].GasLimit.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(21_000)]
    [InlineData(900_000_000)]
    public async Task A_cancel_that_is_refused_again_and_again_is_given_more_gas_up_to_a_bound(int? estimate)
    {
        var scene = await SenderScene.StartAsync(setUp: scene => scene.Gas = Market() with { Ordering = TransactionOrdering.FirstCome });
        scene.Chain.Estimate = estimate is { } gas ? new Gas((ulong)gas) : null;
        Answer(scene, SendError.IntrinsicGas, 40);
        await scene.OfferAsync("1");
        for (var i = 0; i < 6; i++) await scene.NextAsync();
        var limits = scene.Signer.Signed.Skip(1).Select(fields => fields.GasLimit.Value).ToArray();
        Assert.Equal(estimate > 500_000 ? [21_000, 500_000] : [21_000, 42_000, 84_000, 168_000, 336_000, 500_000], limits);
        Assert.All(Signed(scene).Skip(1), signed => Assert.True(signed.IsCancel));
    }

    [Fact]
    public async Task A_cancel_that_is_refused_too_is_not_cancelled_again()
    {
        var scene = await SenderScene.StartAsync();
        Answer(scene, SendError.GasLimit, 20);
        await scene.OfferAsync("1");
        for (var i = 0; i < 3; i++) await scene.NextAsync();
        Assert.Single(Signed(scene), signed => signed.IsCancel);
        Assert.Equal(5, scene.Sent.Count);
    }

    [Fact]
    public async Task A_reserved_address_halts_the_key_until_an_operator_resumes_it_and_what_is_in_flight_goes_on()
    {
        var scene = await SenderScene.StartAsync();
        Answer(scene, SendError.AddressReserved);
        await scene.OfferAsync("1");
        Assert.StartsWith("address_reserved: a node holds", scene.Sender.Halted);
        Assert.Equal([(Signed(scene)[0].Hash, SendError.AddressReserved)], Answers(scene));
        Assert.Equal([("address_reserved", true, false)], Breakers(scene));
        Assert.Equal(SkipReason.Halted, await scene.OfferAsync("2"));

        await scene.NextAsync();
        Assert.Equal([scene.Sent[0], scene.Sent[0]], scene.Sent);
        scene.Mine(Signed(scene)[0], items: (true, []));
        await scene.NextAsync();
        Assert.Single(scene.Journal.All<JournalEntry.Settled>());
        for (var i = 0; i < 100; i++) await scene.NextAsync();
        Assert.NotNull(scene.Sender.Halted);

        // Nor does a restart forget it.
        var after = await SenderScene.StartAsync(journal: scene.Journal, setUp: next => next.Chain.TransactionCount = 6);
        Assert.Equal(scene.Sender.Halted, after.Sender.Halted);
        Assert.Null((await after.AskAsync(new ControlRequest.Resume(Breaker.AddressReserved))).Refusal);
        Assert.Null(await after.OfferAsync("2"));
        Assert.Equal([("address_reserved", true, false), ("address_reserved", false, true)], Breakers(after));
    }

    [Fact]
    public async Task A_node_that_says_that_funds_lack_opens_the_breaker_once_until_it_takes_what_is_in_flight()
    {
        var scene = await SenderScene.StartAsync();
        Answer(scene, SendError.InsufficientFunds, 4);
        await scene.OfferAsync("1");
        Assert.StartsWith("balance: a node says that the balance does not cover nonce 5", scene.Sender.Halted);
        // The balance that is read covers it all the time: it alone would close the breaker at every head, and the node open it again.
        for (var i = 0; i < 3; i++)
        {
            await scene.NextAsync();
            Assert.Equal(SkipReason.Halted, await scene.OfferAsync("2"));
        }
        Assert.Equal([("balance", true, false)], Breakers(scene));
        Assert.Contains("fund", (await scene.AskAsync(new ControlRequest.Resume(Breaker.Balance))).Refusal);

        await scene.NextAsync();
        Assert.Null(scene.Sender.Halted);
        Assert.Equal([("balance", true, false), ("balance", false, false)], Breakers(scene));
        Assert.Equal([SendError.InsufficientFunds, SendError.None], Answers(scene).Select(entry => entry.Answer));
        Assert.Null(await scene.OfferAsync("2"));
        Assert.Single(scene.Sent.Distinct().SkipLast(1));
    }

    [Fact]
    public async Task A_node_that_says_that_funds_lack_is_believed_beside_an_empty_wallet()
    {
        var scene = await SenderScene.StartAsync();
        Answer(scene, SendError.InsufficientFunds, 2);
        await scene.OfferAsync("1");
        scene.Chain.Balance = Wei.Zero;
        await scene.NextAsync();
        await scene.NextAsync();
        Assert.NotNull(scene.Sender.Halted);
        scene.Chain.Balance = Wei.FromGwei(10_000_000_000);
        await scene.NextAsync();
        Assert.Null(scene.Sender.Halted);
        Assert.Equal(2, Breakers(scene).Length);
    }

    /// <summary>Another node may take it, or the same one later: nothing is decided by one that has its own limits.</summary>
    [Theory]
    [InlineData(SendError.NodeFeeCap)]
    [InlineData(SendError.PoolFull)]
    [InlineData(SendError.Unknown)]
    [InlineData(SendError.Ambiguous)]
    public async Task A_nodes_own_limit_leaves_the_same_bytes_for_the_next_head(SendError error)
    {
        var scene = await SenderScene.StartAsync();
        Answer(scene, error);
        await scene.OfferAsync("1");
        Assert.Single(scene.Sent);
        Assert.Null(scene.Sender.Halted);
        Assert.True(scene.Sender.IsOpen("lend:1"));
        await scene.NextAsync();
        Assert.Equal([scene.Sent[0], scene.Sent[0]], scene.Sent);
        var only = Assert.Single(Signed(scene));
        Assert.Equal([(only.Hash, error), (only.Hash, SendError.None)], Answers(scene));
        Assert.Empty(Breakers(scene));
    }

    private static void Answer(SenderScene scene, SendError error, int times = 1)
    {
        for (var i = 0; i < times; i++) scene.Chain.SendAnswers.Enqueue(new(error, "as the node words it"));
    }

    private static IReadOnlyList<JournalEntry.Signed> Signed(SenderScene scene) => scene.Journal.All<JournalEntry.Signed>();

    private static (Hash32 Hash, SendError Answer)[] Answers(SenderScene scene) => [.. scene.Journal.All<JournalEntry.Broadcast>().Select(entry => (entry.Hash, entry.Answer))];

    private static (string Breaker, bool IsOpen, bool IsManual)[] Breakers(SenderScene scene) =>
        [.. scene.Journal.All<JournalEntry.BreakerChanged>().Select(change => (change.Breaker, change.IsOpen, change.IsManual))];
}
