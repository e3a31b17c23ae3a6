using Keeper.Core.Chain;
using Keeper.Core.Chain.DataFees;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Chain.DataFees;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>Several nonces at once: how many, which first, and what they may cost together.</summary>
public sealed class SenderInFlightTests
{
    private static readonly SubmissionOptions Patient = new() { FirstBidSharePpm = 0, BumpAfter = TimeSpan.FromHours(1) };

    [Theory]
    [InlineData(1_000_000, 100)]
    [InlineData(1_000_000, 60, 40)]
    [InlineData(500_000, 10, 40)]
    [InlineData(500_000, 0, 60)]
    [InlineData(16_000_000, 100)] // by itself it must be payable
    [InlineData(16_000_000, 100, 100, 10, 10, 10, 10)] // the fifth beyond
    [InlineData(16_000_000, 0, 100, 10, 10, 10, 10, 10)]
    [InlineData(16_000_000, 0, 90, 20, 10, 10, 10, 10, 10)] // six beyond already
    [InlineData(1_400_000, 10, 100, 10, 10, 10)]
    public void The_balance_and_its_share_leave_room_for_one_more(uint share, int room, params int[] worst) =>
        Assert.Equal(new Wei((ulong)room), InFlight.Room(new(100UL), [.. worst.Select(cost => new Wei((ulong)cost))], share));

    [Fact]
    public async Task A_nonce_too_high_hands_the_lower_ones_out_first_and_then_itself()
    {
        var scene = await SenderScene.StartAsync(Patient);
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        scene.Chain.SendAnswers.Enqueue(new(SendError.NonceTooHigh, "nonce too high"));
        await scene.OfferAsync("3");
        Assert.Equal([0, 1, 2, 0, 1, 2], OrderOf(scene));
    }

    [Fact]
    public async Task A_node_that_calls_every_nonce_too_high_is_not_believed_for_ever()
    {
        var scene = await SenderScene.StartAsync(Patient);
        await scene.OfferAsync("1");
        for (var i = 0; i < 9; i++) scene.Chain.SendAnswers.Enqueue(new(SendError.NonceTooHigh, "nonce too high"));
        await scene.OfferAsync("2");
        Assert.Equal([0, 1, 0, 1], OrderOf(scene));
    }

    [Fact]
    public async Task A_lower_nonce_that_no_pool_has_goes_out_before_the_next()
    {
        var scene = await SenderScene.StartAsync(Patient);
        scene.Chain.SendAnswers.Enqueue(new(SendError.PoolFull, "txpool is full"));
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        Assert.Equal([0, 0, 1], OrderOf(scene));
    }

    [Fact]
    public async Task At_each_head_the_lowest_nonce_goes_out_first()
    {
        var scene = await SenderScene.StartAsync(Patient);
        foreach (var account in (string[])["1", "2", "3"]) await scene.OfferAsync(account);
        await scene.NextAsync();
        Assert.Equal([0, 1, 2, 0, 1, 2], OrderOf(scene));
    }

    [Fact]
    public async Task A_key_that_delegates_its_code_has_one_transaction_in_flight()
    {
        var scene = await SenderScene.StartAsync(Patient);
        await scene.OfferAsync("1");
        scene.Chain.SendAnswers.Enqueue(new(SendError.DelegatedSender, "in-flight transaction limit reached for delegated accounts"));
        await scene.OfferAsync("2");
        await scene.OfferAsync("3");
        Assert.Equal("lend:3: too_many_in_flight ((null))", Assert.Single(scene.Skips));

        foreach (var signed in scene.Journal.All<JournalEntry.Signed>().ToArray()) scene.Mine(signed, items: (true, []));
        await scene.NextAsync();
        await scene.OfferAsync("3");
        Assert.Equal(3, scene.Signer.Signed.Count);
    }

    [Fact]
    public async Task Beyond_the_balance_a_few_more_are_in_flight_only_where_the_share_says_so()
    {
        var probe = await SenderScene.StartAsync(Patient);
        await probe.OfferAsync("1");
        var cost = probe.Signer.Signed[0].Fees.MaxFeePerGas * probe.Signer.Signed[0].GasLimit;

        foreach (var (share, sent) in new[] { (1_000_000u, 1), (16_000_000u, 6) })
        {
            var scene = await SenderScene.StartAsync(Patient with { BalanceSharePpm = share }, setUp: scene => scene.Chain.Balance = cost);
            for (var i = 0; i < 9; i++) await scene.OfferAsync($"{i}");
            Assert.Equal(sent, scene.Signer.Signed.Count);
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public async Task What_a_rollup_charges_for_data_counts_in_the_cost_of_a_transaction(int wei, bool isSigned)
    {
        var fees = RecordedFees.OpStack();
        var probe = await SceneAsync(Patient, fees);
        await probe.OfferAsync(PlanOf(probe, fees));
        var fields = Assert.Single(probe.Signer.Signed);
        var data = fees.Of(fields.Data.Length, fields.GasLimit).Cost;
        Assert.True(data > Wei.Zero);
        var cost = (fields.Fees.MaxFeePerGas * fields.GasLimit + data).Value;

        var scene = await SceneAsync(Patient with { MaxTransactionCost = new((UInt256)((Int256)cost + wei)) }, fees);
        await scene.OfferAsync(PlanOf(scene, fees));
        Assert.Equal(isSigned, scene.Signer.Signed.Count == 1);
        Assert.Equal(isSigned ? [] : ["lend:1: policy_refused (transaction_cost)"], scene.Skips);
    }

    [Fact]
    public async Task Where_data_is_charged_as_gas_a_cancel_has_the_gas_for_its_own()
    {
        var fees = RecordedFees.Arbitrum();
        var scene = await SceneAsync(Patient, fees);
        await scene.OfferAsync(PlanOf(scene, fees));
        scene.Chain.Answer = (_, _) => ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));
        await scene.NextAsync();
        var cancel = scene.Signer.Signed[^1];
        Assert.Equal(new Gas(21_000) + fees.Of(0, new Gas(21_000)).Gas, cancel.GasLimit);
        Assert.True(cancel.GasLimit > new Gas(21_000));
        Assert.True(scene.Signer.Signed[0].GasLimit > scene.PlanOf("1").GasLimit);
    }

    [Fact]
    public async Task The_gas_cap_of_a_transaction_bounds_a_cancel_too()
    {
        var scene = await SceneAsync(Patient, NoDataFee.Instance, TestProfile.Fast with { BlockTime = TimeSpan.FromSeconds(12), TransactionGasCap = new(300_000) });
        var plan = scene.PlanOf("1");
        await scene.OfferAsync(plan with { Accounts = [plan.Accounts[0] with { Calls = [ScriptedProtocol.Call(Usd.Whole(100), expectedGas: 10_000, gasLimit: 20_000)] }] });
        scene.Chain.Answer = (_, _) => ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));
        scene.Gas = scene.Gas with { Fees = FeeModels.Of(FeeModel.Arbitrum).With([RecordedFees.Words(0, 5_600_000_000_000, 0, 0, 0, 12_000_000)]) };
        await scene.NextAsync();
        Assert.Equal(new Gas(300_000), scene.Signer.Signed[^1].GasLimit);
    }

    private static async Task<SenderScene> SceneAsync(SubmissionOptions options, IFeeModel fees, ChainProfile? profile = null)
    {
        var scene = new SenderScene(options, profile: profile) { Gas = Market() with { Fees = fees } };
        await scene.Sender.RecoverAsync(scene.HeadAt(Block(100)), default);
        return scene;
    }

    private static LiquidationPlan PlanOf(SenderScene scene, IFeeModel fees) => scene.PlanOf("1") with { Fees = fees };

    /// <summary>What was sent, as the index of its signature.</summary>
    private static int[] OrderOf(SenderScene scene)
    {
        var signed = scene.Journal.All<JournalEntry.Signed>().Select(attempt => attempt.Raw).ToList();
        return [.. scene.Chain.Sent.Select(raw => signed.FindIndex(bytes => bytes.Span.SequenceEqual(raw.Span)))];
    }
}
