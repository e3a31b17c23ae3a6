using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Tests.Support;

namespace Keeper.Tests.Submission.Controls;

/// <summary>What goes on for ever where a breaker's limit, or that of the money, is out of reach. Each fails if another limit ended it as well.</summary>
public sealed class BreakerControlTests
{
    private const int Rounds = 20;

    /// <summary>What a lost race costs in a scene, in gwei.</summary>
    private const ulong Lost = 2_200_000;

    /// <summary>Every race is lost and costs gas.</summary>
    [Theory]
    [InlineData(4 * Lost, 5)]
    [InlineData(1_000_000_000_000, Rounds)]
    public async Task Without_the_limit_of_gas_without_success_lost_races_are_paid_for_without_end(ulong gwei, int paid)
    {
        var scene = await SenderScene.StartAsync(breakers: new() { GasWithoutSuccess = Wei.FromGwei(gwei) });
        for (var i = 0; i < Rounds; i++) await RaceAsync(scene, i);
        Assert.Equal(paid, scene.Journal.All<JournalEntry.Settled>().Count);
        Assert.Equal(paid < Rounds, scene.Sender.Halted?.StartsWith("gas_without_success", StringComparison.Ordinal) == true);
    }

    /// <summary>What is left of the key's money is for bids and cancels of what is in flight.</summary>
    [Theory]
    [InlineData(10_000_000, 0)]
    [InlineData(0, 1)]
    public async Task Without_a_least_balance_the_last_money_goes_into_something_new(ulong leastGwei, int signed)
    {
        var scene = await SenderScene.StartAsync(breakers: new() { MinBalance = Wei.FromGwei(leastGwei) }, setUp: scene => scene.Chain.Balance = Wei.FromGwei(9_999_999));
        await scene.NextAsync();
        await scene.OfferAsync("1");
        Assert.Equal(signed, scene.Signer.Signed.Count);
    }

    /// <summary>A mirror that calls healthy accounts liquidatable is believed for ever.</summary>
    [Theory]
    [InlineData(3, 3)]
    [InlineData(1_000, Rounds)]
    public async Task Without_the_limit_of_contradicted_plans_a_wrong_mirror_goes_on_planning(int limit, int simulated)
    {
        var scene = await SenderScene.StartAsync(breakers: new() { ContradictedPlans = limit });
        scene.Chain.Answer = (_, _) => ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));
        scene.Chain.Called.Clear();
        for (var i = 0; i < Rounds; i++) await scene.OfferAsync($"{i}");
        Assert.Equal(simulated, scene.Chain.Called.Count);
        Assert.Equal(limit < Rounds, scene.Sender.Halted?.StartsWith("mirror_divergence", StringComparison.Ordinal) == true);
    }

    /// <summary>The hour's money is for what three have cost and one may cost at worst.</summary>
    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, Rounds)]
    public async Task Without_the_hours_budget_lost_races_are_paid_for_without_end(bool hasBudget, int paid)
    {
        var probe = await SenderScene.StartAsync();
        await probe.OfferAsync("1");
        var worst = probe.Signer.Signed[0].Fees.MaxFeePerGas * probe.Signer.Signed[0].GasLimit;
        var options = hasBudget ? new SubmissionOptions { MaxTransactionCost = worst, MaxCostPerHour = worst + Wei.FromGwei(3 * Lost) } : new SubmissionOptions();
        var scene = await SenderScene.StartAsync(options);
        for (var i = 0; i < Rounds; i++) await RaceAsync(scene, i);
        Assert.Equal(paid, scene.Journal.All<JournalEntry.Settled>().Count);
        Assert.All(scene.Journal.All<JournalEntry.Mined>(), mined => Assert.Equal(Wei.FromGwei(Lost), mined.EffectiveGasPrice * mined.GasUsed));
    }

    /// <summary>Each race is lost hours after the last, so that no hour's budget ever ends them; the key's money is for what three have cost and one may cost at worst.</summary>
    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, Rounds)]
    public async Task Without_a_bound_on_the_key_lost_races_are_paid_for_without_end_a_little_in_each_hour(bool isBounded, int paid)
    {
        var probe = await SenderScene.StartAsync();
        await probe.OfferAsync("1");
        var worst = probe.Signer.Signed[0].Fees.MaxFeePerGas * probe.Signer.Signed[0].GasLimit;
        var scene = await SenderScene.StartAsync(new() { MaxTransactionCost = worst, MaxCostPerHour = worst + Wei.FromGwei(Lost), MaxCostPerKey = isBounded ? worst + Wei.FromGwei(3 * Lost) : null });
        for (var i = 0; i < Rounds; i++)
        {
            await RaceAsync(scene, i);
            await scene.HeadAsync(TestChainData.Block(100 + 1_000 * (ulong)(i + 1)));
        }
        Assert.Equal(paid, scene.Journal.All<JournalEntry.Settled>().Count);
    }

    /// <summary>The loop's word of a reorg below what was final, or a loop that has none.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Without_the_halt_for_a_deep_reorg_what_the_new_mirror_finds_is_signed_at_once(bool isTold, int signed)
    {
        var scene = await SenderScene.StartAsync();
        scene.Sender.OnReorg(0);
        if (isTold) scene.Sender.Trip(Breaker.DeepReorg, "the chain replaced 100 blocks or more");
        await scene.HeadAsync(TestChainData.Block(101, branch: 1, after: TestChainData.Block(0)));
        await scene.OfferAsync("1");
        Assert.Equal(signed, scene.Signer.Signed.Count);
    }

    private static async Task RaceAsync(SenderScene scene, int account)
    {
        if (await scene.OfferAsync($"{account}") is null && scene.Journal.All<JournalEntry.Signed>().LastOrDefault() is { } signed && signed.Nonce == scene.Chain.TransactionCount)
            scene.Mine(signed, items: (false, ScriptedProtocol.HealthyByNow));
        await scene.NextAsync();
    }
}
