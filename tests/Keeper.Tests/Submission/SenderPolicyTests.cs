using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Control;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public sealed class SenderPolicyTests
{
    private static readonly Address Foreign = ScriptedProtocol.AddressOf(0xbad);

    [Fact]
    public async Task A_plan_with_a_foreign_target_is_released_and_its_nonce_goes_to_the_next()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync(ForeignPlan(scene));
        Assert.Empty(scene.Signer.Signed);
        Assert.Empty(scene.Steps);
        Assert.Equal(["lend:1: policy_refused (call)"], scene.Skips);
        Assert.Equal((false, true), (scene.Sender.IsOpen("lend:1"), scene.Sender.IsBackingOff("lend:1", 100)));
        Assert.Single(scene.Log.Lines, line => line.Contains("policy rule call"));

        await scene.OfferAsync("2");
        Assert.Equal(5UL, Assert.Single(scene.Signer.Signed).Nonce);
    }

    /// <summary>The control: the simulation, the journal and the signer let the same plan through where the list of calls names its target.</summary>
    [Fact]
    public async Task Without_the_gates_list_the_foreign_target_would_be_signed()
    {
        var scene = new SenderScene(lend: new ScriptedProtocol(new(), address: 0xbad));
        await scene.Sender.RecoverAsync(scene.HeadAt(Block(100)), default);
        await scene.OfferAsync(ForeignPlan(scene));
        Assert.Single(scene.Signer.Signed);
        Assert.Single(scene.Chain.Sent);
    }

    [Fact]
    public async Task Higher_bids_and_cancels_pass()
    {
        var scene = await SenderScene.StartAsync(new() { FirstBidSharePpm = 0 });
        await scene.OfferAsync("1");
        scene.Gas = Market(tipGwei: 5);
        for (var i = 0; i < 40; i++) await scene.NextAsync();
        var signed = scene.Journal.All<JournalEntry.Signed>();
        Assert.Contains(signed, attempt => attempt.Attempt > 0 && !attempt.IsCancel);
        Assert.Contains(signed, attempt => attempt.IsCancel);
        Assert.DoesNotContain(scene.Log.Lines, line => line.Contains("policy rule"));
    }

    [Fact]
    public async Task When_the_hour_is_spent_nothing_new_is_signed_and_the_old_is_cancelled_still()
    {
        var probe = await SenderScene.StartAsync();
        await probe.OfferAsync("1");
        var cost = probe.Signer.Signed[0].Fees.MaxFeePerGas * probe.Signer.Signed[0].GasLimit;

        var scene = await SenderScene.StartAsync(new() { MaxTransactionCost = cost, MaxCostPerHour = cost });
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        Assert.Equal(["lend:2: policy_refused (hourly_cost)"], scene.Skips);
        Assert.Single(scene.Signer.Signed);
        for (var i = 0; i < 40; i++) await scene.NextAsync();
        Assert.Contains(scene.Journal.All<JournalEntry.Signed>(), attempt => attempt.IsCancel);
    }

    [Fact]
    public async Task What_an_hour_has_cost_is_remembered_over_a_restart()
    {
        var probe = await SenderScene.StartAsync();
        await probe.OfferAsync("1");
        var cost = probe.Signer.Signed[0].Fees.MaxFeePerGas * probe.Signer.Signed[0].GasLimit;
        var options = new SubmissionOptions { MaxTransactionCost = cost, MaxCostPerHour = cost };

        var before = await SenderScene.StartAsync(options);
        await before.OfferAsync("1");
        before.Mine(before.Journal.All<JournalEntry.Signed>()[0], items: (true, []));
        await before.NextAsync();
        Assert.Single(before.Journal.All<JournalEntry.Settled>());

        var after = await SenderScene.StartAsync(options, journal: before.Journal, setUp: scene => scene.Chain.TransactionCount = 6);
        await after.OfferAsync("2");
        Assert.Equal(["lend:2: policy_refused (hourly_cost)"], after.Skips);
        Assert.Empty(after.Signer.Signed);
    }

    /// <summary>Years later, too: the journal has every one of its transactions.</summary>
    [Fact]
    public async Task What_a_key_has_cost_in_its_life_is_remembered_over_a_restart_and_in_no_hour_forgotten()
    {
        var probe = await SenderScene.StartAsync();
        await probe.OfferAsync("1");
        var cost = probe.Signer.Signed[0].Fees.MaxFeePerGas * probe.Signer.Signed[0].GasLimit;
        var options = new SubmissionOptions { MaxTransactionCost = cost, MaxCostPerKey = cost };

        var before = await SenderScene.StartAsync(options);
        await before.OfferAsync("1");
        before.Mine(before.Journal.All<JournalEntry.Signed>()[0], items: (true, []));
        await before.NextAsync();
        Assert.Single(before.Journal.All<JournalEntry.Settled>());

        var after = await SenderScene.StartAsync(options, journal: before.Journal, setUp: scene => scene.Chain.TransactionCount = 6);
        await after.HeadAsync(Block(1_000_000));
        await after.OfferAsync("2");
        Assert.Equal(["lend:2: policy_refused (key_cost)"], after.Skips);
        Assert.Empty(after.Signer.Signed);
        Assert.False(after.Sender.IsBackingOff("lend:2", 1_000_000));
        var status = (await after.AskAsync(new ControlRequest.Status())).Status;
        Assert.Equal((Wei.Zero, Wei.FromGwei(11) * new Gas(200_000), cost), (status.SpentInHour, status.SpentEver, status.LimitOfKey));
    }

    [Fact]
    public async Task A_signer_that_returns_another_transaction_is_refused()
    {
        var scene = await SenderScene.StartAsync(signer: new ForgingSigner());
        await scene.OfferAsync("1");
        Assert.Equal(["journal BreakerChanged"], scene.Steps);
        Assert.Equal(["lend:1: policy_refused (signer_answer)"], scene.Skips);
        Assert.False(scene.Sender.IsOpen("lend:1"));
        Assert.Equal(SkipReason.Halted, await scene.OfferAsync("2"));
    }

    private static LiquidationPlan ForeignPlan(SenderScene scene)
    {
        var plan = scene.PlanOf("1");
        return plan with { Accounts = [plan.Accounts[0] with { Calls = [plan.Calls[0] with { Target = Foreign }] }] };
    }

    private sealed class ForgingSigner : ISigner
    {
        public Address Address => ScriptedProtocol.AddressOf(0x0b);

        public ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation) =>
            ValueTask.FromResult(new SignedTransaction(Keccak.Hash([1]), new byte[] { 1 }, Address, transaction with { To = Foreign }));
    }
}
