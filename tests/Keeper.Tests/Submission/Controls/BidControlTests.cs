using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission.Controls;

/// <summary>What becomes of a bid where a bound is out of reach, and of one that nobody hands out again. The blocks take nothing, whatever is offered.</summary>
public sealed class BidControlTests
{
    /// <summary>Fewer than a transaction has until its deadline: a cancel is bounded by the hard cap alone.</summary>
    private const int Heads = 20;

    /// <summary>What nine in ten pay, as it is, or as a node tells it that has no word of prices: then every bid seems too low.</summary>
    [Theory]
    [InlineData(2, true)]
    [InlineData(10_000, false)]
    public async Task Without_the_price_of_nine_in_ten_what_is_not_stuck_for_its_price_is_bid_up_all_the_same(ulong highGwei, bool stands)
    {
        var scene = await SenderScene.StartAsync();
        scene.Gas = Market(highGwei: highGwei);
        await scene.OfferAsync("1");
        for (var i = 0; i < Heads; i++) await scene.NextAsync();
        Assert.Equal(stands, scene.Signer.Signed.Count == 1);
    }

    /// <summary>The liquidation earns enough for any price, or so the plan says.</summary>
    [Theory]
    [InlineData(40, true)]
    [InlineData(1_000_000, false)]
    public async Task Without_the_hard_cap_a_rising_market_is_followed_to_any_price(ulong hardCapGwei, bool isBounded)
    {
        var scene = await SenderScene.StartAsync(new() { HardFeeCap = Wei.FromGwei(hardCapGwei) });
        await WarAsync(scene, Dear(scene.PlanOf("1")));
        Assert.Equal(isBounded, Highest(scene) <= Wei.FromGwei(40));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_the_profit_bound_a_gas_war_costs_more_than_the_liquidation_earns(bool isBounded)
    {
        var scene = await SenderScene.StartAsync(new() { HardFeeCap = Wei.FromGwei(1_000_000) });
        var plan = scene.PlanOf("1");
        await WarAsync(scene, isBounded ? plan : Dear(plan));
        Assert.Equal(isBounded, Highest(scene) <= plan.MaxPricePerGas);
    }

    /// <summary>A single transaction may take what an hour may.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_most_for_one_transaction_a_single_one_may_cost_all_that_an_hour_may(bool isBounded)
    {
        var probe = await SenderScene.StartAsync();
        await probe.OfferAsync("1");
        var worst = probe.Signer.Signed[0].Fees.MaxFeePerGas * probe.Signer.Signed[0].GasLimit;
        var scene = await SenderScene.StartAsync(new() { MaxTransactionCost = isBounded ? worst - new Wei(1) : worst, MaxCostPerHour = worst });
        await scene.OfferAsync("1");
        Assert.Equal(isBounded ? 0 : 1, scene.Signer.Signed.Count);
    }

    /// <summary>A pool says that it accepts, and drops. Who is told of no head hands out once, as a sender does that sends and waits.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_look_at_each_head_what_a_pool_dropped_is_in_none_any_more(bool isTold)
    {
        var scene = await SenderScene.StartAsync(new() { BumpAfter = TimeSpan.FromHours(1) });
        await scene.OfferAsync("1");
        var pool = new List<string>();
        scene.Chain.Sending = raw => pool.Add(System.Text.Encoding.UTF8.GetString(raw.Span));
        scene.Time.Advance(TimeSpan.FromMinutes(1));
        if (isTold) await scene.NextAsync();
        else await scene.PumpAsync();
        Assert.Equal(isTold ? [scene.Sent[0]] : [], pool);
        Assert.True(scene.Sender.IsOpen("lend:1"));
    }

    private static LiquidationPlan Dear(LiquidationPlan plan) => plan with { MaxGasCost = Wei.FromGwei(5_000_000_000) };

    /// <summary>The base fee rises by a half with each head, and what others pay is out of reach.</summary>
    private static async Task WarAsync(SenderScene scene, LiquidationPlan plan)
    {
        await scene.OfferAsync(plan);
        var gwei = 10UL;
        for (var i = 0; i < Heads; i++)
        {
            scene.Gas = Market(baseGwei: gwei = gwei * 3 / 2, highGwei: 10_000_000);
            await scene.NextAsync();
        }
        Assert.NotEmpty(scene.Signer.Signed);
    }

    private static Wei Highest(SenderScene scene) => scene.Signer.Signed.Select(signed => signed.Fees.MaxFeePerGas).Aggregate(Wei.Max);
}
