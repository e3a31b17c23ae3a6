using Keeper.Core.Primitives;
using Keeper.Protocols.Capital;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>
/// Gas of a liquidation through the CollateralLiquidator. Morpho itself takes 126,000 to 133,000, a rate model and an oracle of feeds among it; approvals and
/// transfers as much again, and a sale by its hops. The limit holds for tokens and oracles that are dearer than most.
/// </summary>
internal static class CallGas
{
    private const ulong Call = 330_000, Hop = 130_000, DearCall = 800_000, DearHop = 250_000;

    /// <summary>A path of Uniswap v3 is a token, and a fee and a token for each hop.</summary>
    private const int FirstToken = 20, NextToken = 23;

    public static Gas Limit(CapitalTerms terms) => new(DearCall + DearHop * Hops(terms));
    public static Gas Expected(CapitalTerms terms) => new(Call + Hop * Hops(terms));

    private static ulong Hops(CapitalTerms terms) => terms.Swapper.IsZero ? 0 : (ulong)Math.Max(1, (terms.Route.Length - FirstToken) / NextToken);
}
