using Keeper.Core.Primitives;

namespace Keeper.Host.Contracts;

/// <summary>What the owner of a liquidator may allow.</summary>
internal abstract record LiquidatorGrant
{
    /// <param name="Id">Zero where the venue is one market.</param>
    internal sealed record Market(Address Venue, Hash32 Id) : LiquidatorGrant;

    internal sealed record Swapper(Address Address) : LiquidatorGrant;
}
