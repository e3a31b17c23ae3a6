using Keeper.Core.Primitives;

namespace Keeper.Host.Contracts;

/// <summary>What of a liquidator's own funds may be at stake in one market: without it, liquidations by own funds revert with OverBudget.</summary>
/// <param name="Market">Zero where the venue is one market.</param>
/// <param name="Token">Of the debt.</param>
/// <param name="MayHold">Collateral that is not sold may be kept.</param>
internal sealed record LiquidatorBudget(Address Venue, Hash32 Market, Address Token, bool MayHold)
{
    /// <summary>The owner's call, for people; how much it is the owner's to say.</summary>
    public string Call => $"setBudget({Venue}, {Market}, {Token}, CAP, {(MayHold ? "true" : "false")})";
}
