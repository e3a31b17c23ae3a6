using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;

namespace Keeper.Tests.Submission.Controls;

/// <summary>What pools do with more of a key than they keep: its bytes are signed, its accounts are held, and no pool has them.</summary>
public sealed class InFlightControlTests
{
    private static readonly SubmissionOptions Patient = new() { FirstBidSharePpm = 0, BumpAfter = TimeSpan.FromHours(1) };

    /// <summary>The configuration refuses more than 16; the option itself does not. Fails if the sender held back by another rule.</summary>
    [Theory]
    [InlineData(16, 0)]
    [InlineData(100, 4)]
    public async Task Without_the_limit_of_sixteen_a_pool_drops_what_it_accepted(int limit, int homeless)
    {
        var scene = await SenderScene.StartAsync(Patient with { MaxInFlight = limit });
        var pool = new SmallPool(scene, most: 16);
        for (var i = 0; i < 20; i++) await scene.OfferAsync($"{i}");
        Assert.Equal(homeless, pool.Homeless);
    }

    /// <summary>A pool that takes one transaction of a key that delegates its code. Who takes its word for a full pool goes on signing. Fails if a full pool limited what is new as well.</summary>
    [Theory]
    [InlineData(SendError.DelegatedSender, 1)]
    [InlineData(SendError.PoolFull, 5)]
    public async Task Without_the_limit_of_one_a_delegated_key_signs_what_no_pool_takes(SendError heard, int homeless)
    {
        var scene = await SenderScene.StartAsync(Patient);
        var pool = new SmallPool(scene, most: 1, heard);
        for (var i = 0; i < 6; i++) await scene.OfferAsync($"{i}");
        Assert.Equal(homeless, pool.Homeless);
    }

    /// <summary>The balance pays for one. A node that counts strictly refuses the next, and what it says of lacking funds halts all. Fails if the gate bounded it apart from the share.</summary>
    [Theory]
    [InlineData(1_000_000u, 0)]
    [InlineData(16_000_000u, 1)]
    public async Task Without_the_share_of_the_balance_a_strict_pool_refuses_and_everything_halts(uint share, int homeless)
    {
        var cost = await CostAsync();
        var scene = await SenderScene.StartAsync(Patient with { BalanceSharePpm = share }, setUp: scene => scene.Chain.Balance = cost);
        var pool = new SmallPool(scene, most: 16, SendError.InsufficientFunds, cost);
        for (var i = 0; i < 9; i++) await scene.OfferAsync($"{i}");
        Assert.Equal(homeless, pool.Homeless);
        Assert.Equal(homeless > 0, scene.Sender.Halted?.StartsWith("balance", StringComparison.Ordinal) == true);
    }

    /// <summary>A pool that keeps five beyond the balance. The rule is switched off by a balance that covers everything. Fails if anything but the balance bounded them.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 3)]
    public async Task Without_the_limit_of_five_beyond_the_balance_a_pool_drops_the_rest(bool isTold, int homeless)
    {
        var cost = await CostAsync();
        var scene = await SenderScene.StartAsync(Patient with { BalanceSharePpm = 16_000_000 }, setUp: scene => scene.Chain.Balance = isTold ? cost : Times(cost, 100));
        var pool = new SmallPool(scene, most: 16, balance: cost, unpaid: InFlight.MaxUnpaid);
        for (var i = 0; i < 9; i++) await scene.OfferAsync($"{i}");
        Assert.Equal(homeless, pool.Homeless);
    }

    /// <summary>The money is for two bids but for one wei. Unbounded, the second bids as if it had all, is refused, and the account is left to others. Fails if a bid were bounded by more than the balance.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_the_balance_as_its_bound_a_bid_is_refused_that_a_little_less_would_have_won(bool isBounded)
    {
        var cost = await CostAsync();
        var balance = Times(cost, 2) - new Wei(1);
        var scene = await SenderScene.StartAsync(Patient, setUp: scene => scene.Chain.Balance = isBounded ? balance : Times(cost, 100));
        var pool = new SmallPool(scene, most: 16, SendError.InsufficientFunds, balance);
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        Assert.Equal(2, scene.Signer.Signed.Count);
        Assert.Equal(isBounded ? 0 : 1, pool.Homeless);
        Assert.Equal(isBounded, scene.Signer.Signed[1].Fees.MaxFeePerGas < scene.Signer.Signed[0].Fees.MaxFeePerGas);
        Assert.Equal(isBounded, scene.Sender.Halted is null);
    }

    /// <summary>What one transaction may cost at worst.</summary>
    private static async Task<Wei> CostAsync()
    {
        var probe = await SenderScene.StartAsync(Patient);
        await probe.OfferAsync("1");
        return probe.Signer.Signed[0].Fees.MaxFeePerGas * probe.Signer.Signed[0].GasLimit;
    }

    private static Wei Times(Wei cost, ulong times) => new(cost.Value * times);
}
