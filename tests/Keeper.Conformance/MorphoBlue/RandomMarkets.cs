using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.MorphoBlue;

namespace Keeper.Conformance.MorphoBlue;

/// <summary>
/// Four markets: an adaptive rate on two feeds; a rate model without logs on an oracle without legs; none at all on a vault and feeds; an adaptive one on an oracle that
/// refuses at times. What many people do in them, all by the seed.
/// </summary>
internal sealed class RandomMarkets(MorphoWorld world, Random random)
{
    private const double FirstPrice = 2_000;

    private (Address Aggregator, Address Proxy) _collateralUsd, _loanUsd;
    private Address _vault, _plain, _moody;
    private double _price = FirstPrice;

    public async Task SetUpAsync()
    {
        _collateralUsd = await world.CreateFeedAsync(FirstPrice);
        _loanUsd = await world.CreateFeedAsync(1);
        _vault = await world.CreateAsync("RateSource", new AbiWriter().Word(MorphoWorld.Wad));
        (_plain, _moody) = (await world.CreateAsync("SetPrice", new()), await world.CreateAsync("SetPrice", new()));
        var quotient = await CreateQuotientAsync(MorphoMath.PriceScale, default);
        var vaulted = await CreateQuotientAsync(MorphoWorld.Wad, _vault);
        await MovePricesAsync(jump: false);
        await world.Chain.MineAsync();
        await world.ListAsync(quotient, world.AdaptiveRate, 860);
        await world.ListAsync(_plain, world.IrmMock, 770);
        await world.ListAsync(vaulted, default, 945);
        await world.ListAsync(_moody, world.AdaptiveRate, 500);
        await world.Chain.MineAsync();
        foreach (var market in world.Markets) await MoveAsync(market, "supply", world.Users[0], MorphoWorld.Wad * 3_000_000UL, byAssets: true);
        await world.Chain.MineAsync();
    }

    /// <summary>Sends the transactions of one block.</summary>
    public async Task SendBlockAsync()
    {
        await MovePricesAsync(jump: Chance(0.08));
        if (Chance(0.1)) await SetFeeAsync(Pick(world.Markets));
        if (Chance(0.2)) await world.SendAsync(world.Owner, _vault, "setRate(uint256)", new AbiWriter().Word(MorphoWorld.Wad + MorphoWorld.Wad / 10_000UL * (ulong)random.Next(0, 300)));
        for (var left = Chance(0.15) ? 0 : random.Next(4, 24); left > 0; left--) await StepAsync(Pick(world.Markets), Pick(world.Users));
    }

    /// <summary>Seconds to the next block: mostly few, now and then months.</summary>
    public ulong NextDelay() => random.NextDouble() switch { < 0.7 => (ulong)random.Next(1, 60), < 0.95 => (ulong)random.Next(600, 90_000), _ => (ulong)random.Next(500_000, 5_000_000) };

    public bool Chance(double probability) => random.NextDouble() < probability;

    private Task StepAsync(MarketParams market, Address user)
    {
        if (Chance(0.35)) return OpenAsync(market, user);
        var amount = Amount(random.Next(1, 20_000)) + (ulong)random.Next(1_000_000);
        return random.Next(20) switch
        {
            < 2 => MoveAsync(market, "supply", user, amount, byAssets: true),
            < 4 => MoveAsync(market, "withdraw", user, amount, Chance(0.7)),
            < 8 => SupplyCollateralAsync(market, user, Amount(random.Next(1, 10_000) / 1_000.0)),
            < 9 => WithdrawCollateralAsync(market, user, Amount(random.Next(1, 3_000) / 1_000.0)),
            < 16 => MoveAsync(market, "borrow", user, Chance(0.1) ? 1UL : amount / 2UL, Chance(0.8)),
            < 19 => MoveAsync(market, "repay", user, amount / 2UL, Chance(0.6)),
            _ => world.SendAsync(user, world.Morpho, $"accrueInterest({MorphoWorld.Terms})", market.Write(new())),
        };
    }

    /// <summary>Collateral, and a loan at about the limit, so that prices and interest decide.</summary>
    private async Task OpenAsync(MarketParams market, Address user)
    {
        var collateral = random.Next(1, 20_000) / 1_000.0;
        await SupplyCollateralAsync(market, user, Amount(collateral));
        var limit = collateral * _price * (double)market.Lltv / 1e18;
        await MoveAsync(market, "borrow", user, Amount(limit * (0.8 + 0.21 * random.NextDouble())), byAssets: true);
    }

    /// <param name="byAssets">Else the amount is taken for shares, a millionth of an asset each at first.</param>
    private Task MoveAsync(MarketParams market, string what, Address user, UInt256 amount, bool byAssets)
    {
        var arguments = market.Write(new()).Word(byAssets ? amount : UInt256.Zero).Word(byAssets ? UInt256.Zero : amount * 1_000_000UL).Word(user);
        var isOut = what is "withdraw" or "borrow";
        return world.SendAsync(
            user, world.Morpho, $"{what}({MorphoWorld.Terms},uint256,uint256,address,{(isOut ? "address" : "bytes")})", isOut ? arguments.Word(user) : arguments.Bytes([]));
    }

    private Task SupplyCollateralAsync(MarketParams market, Address user, UInt256 amount) => world.SendAsync(
        user, world.Morpho, $"supplyCollateral({MorphoWorld.Terms},uint256,address,bytes)", market.Write(new()).Word(amount).Word(user).Bytes([]));

    private Task WithdrawCollateralAsync(MarketParams market, Address user, UInt256 amount) => world.SendAsync(
        user, world.Morpho, $"withdrawCollateral({MorphoWorld.Terms},uint256,address,address)", market.Write(new()).Word(amount).Word(user).Word(user));

    private Task SetFeeAsync(MarketParams market) =>
        world.SendAsync(world.Owner, world.Morpho, $"setFee({MorphoWorld.Terms},uint256)", market.Write(new()).Word(MorphoWorld.Wad / 100UL * (ulong)random.Next(0, 26)));

    private async Task MovePricesAsync(bool jump)
    {
        var change = (random.NextDouble() - 0.5) * (jump ? 0.6 : 0.03);
        _price = Math.Clamp(_price * (1 + change), FirstPrice / 4, FirstPrice * 3);
        if (!Chance(0.2)) await world.TransmitAsync(_collateralUsd.Aggregator, _price);
        if (Chance(0.2)) await world.TransmitAsync(_loanUsd.Aggregator, 1 + (random.NextDouble() - 0.5) * 0.01);
        // A refusal now and then, zero, and what no oracle should say.
        if (Chance(0.02)) await world.TransmitAsync(_collateralUsd.Aggregator, random.Next(2) == 0 ? -5 : 0);
        await SetAsync(_plain, Amount(_price), broken: false);
        await SetAsync(_moody, Chance(0.03) ? UInt256.Zero : Amount(_price), Chance(0.06));
    }

    private Task SetAsync(Address oracle, UInt256 price, bool broken) => world.SendAsync(world.Owner, oracle, "set(uint256,bool)", new AbiWriter().Word(price * MorphoWorld.Wad).Word(broken));

    private Task<Address> CreateQuotientAsync(UInt256 scale, Address vault) => world.CreateAsync("QuotientOracle", new AbiWriter()
        .Word(scale).Word(vault).Word(vault.IsZero ? UInt256.One : MorphoWorld.Wad).Word(_collateralUsd.Proxy).Word(default(Address))
        .Word(default(Address)).Word(UInt256.One).Word(_loanUsd.Proxy).Word(default(Address)));

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
    private static UInt256 Amount(double units) => (UInt256)new System.Numerics.BigInteger(units * 1e18);
}
