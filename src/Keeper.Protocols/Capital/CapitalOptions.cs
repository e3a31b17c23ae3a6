using Keeper.Core.Primitives;

namespace Keeper.Protocols.Capital;

/// <summary>How an adapter pays for liquidations that cost capital: the section <c>capital</c> of a protocol's file.</summary>
/// <param name="Liquidator">The CollateralLiquidator of contracts/src/capital; several protocols may share it.</param>
/// <param name="FlashPremiumPpm">What a flash loan costs, in millionths of its amount; 0 where the protocol lends for nothing within its own callback.</param>
/// <param name="Routes">One for each pair that is sold; of other pairs none is liquidated, but for a token that is both debt and collateral.</param>
public sealed record CapitalOptions(Address Liquidator, CapitalFunding Funding, uint FlashPremiumPpm, IReadOnlyList<SwapRoute> Routes)
{
    private const uint Ppm = 1_000_000;

    /// <summary>In the debt token's smallest unit: a liquidation that leaves nothing reverts. What it must earn besides, the executor asks of the whole batch.</summary>
    private static readonly UInt256 LeastProfit = UInt256.One;

    /// <summary>Tokens that are paid and got back where an account owes what it has supplied, beside those that routes lead to: nothing is sold.</summary>
    public IReadOnlyList<Address> SameTokens { get; init; } = [];

    /// <summary>What debts are paid in, and profit: each once.</summary>
    public IReadOnlyList<Address> DebtTokens => [.. Routes.Select(route => route.To).Concat(SameTokens).Distinct()];

    public SwapRoute? RouteOf(Address collateral, Address debt) => Routes.FirstOrDefault(route => route.From == collateral && route.To == debt);

    /// <summary>The terms for a pair. Null where there is no way to get the debt's token back: neither a route, nor the same token.</summary>
    public CapitalTerms? TermsOf(Address collateral, Address debt)
    {
        if (collateral == debt) return new(Funding, default, default, LeastProfit);
        return RouteOf(collateral, debt) is { } route && (!route.Swapper.IsZero || Funding == CapitalFunding.OwnOrHold) ? new(Funding, route.Swapper, route.Path, LeastProfit) : null;
    }

    /// <summary>The most that one liquidation of the pair repays, in the debt token's smallest unit.</summary>
    /// <param name="unit">10 to the power of that token's decimals.</param>
    public UInt256 MaxRepayOf(Address collateral, Address debt, UInt256 unit) =>
        RouteOf(collateral, debt)?.MaxRepay is { } most ? UInt256.MulDivDown(most, unit, 1_000_000_000_000_000_000UL) : UInt256.MaxValue;

    /// <summary>What is left of a liquidation after the loan's premium and the cost of the route: the expected reward. Rounded down; nothing where it loses.</summary>
    /// <param name="seizedValue">The collateral that is got, in the debt token's smallest unit at the protocol's own prices.</param>
    /// <param name="repaid">The debt that is paid, in the same unit: what is borrowed for it.</param>
    public UInt256 ProfitOf(Address collateral, Address debt, UInt256 seizedValue, UInt256 repaid)
    {
        if (collateral != debt && RouteOf(collateral, debt) is null) return UInt256.Zero;
        var cost = collateral == debt ? 0 : RouteOf(collateral, debt)!.CostPpm;
        var proceeds = UInt256.MulDivDown(seizedValue, (UInt256)(ulong)(Ppm - cost), (UInt256)(ulong)Ppm);
        var owed = repaid + (Funding == CapitalFunding.Flash ? UInt256.MulDivUp(repaid, (UInt256)(ulong)FlashPremiumPpm, (UInt256)(ulong)Ppm) : UInt256.Zero);
        return proceeds > owed ? proceeds - owed : UInt256.Zero;
    }
}
