using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <param name="UnitsPerUsd">How many of the token's smallest units are worth one US dollar at the mirror's state; above 0.</param>
/// <param name="Symbol">As the token calls itself, cleaned; null where it does not say. For people.</param>
/// <param name="Decimals">For people, too: nothing is reckoned with them.</param>
/// <param name="PriceSource">Where <paramref name="UnitsPerUsd"/> is from, for the books: a feed, or the protocol's word.</param>
public readonly record struct RewardToken(Address Address, UInt256 UnitsPerUsd, string? Symbol = null, int? Decimals = null, string? PriceSource = null)
{
    /// <summary>The value of an amount, rounded down.</summary>
    public Usd ToUsd(UInt256 amount) => new((Int256)UInt256.MulDivDown(amount, 1_000_000_000_000_000_000UL, UnitsPerUsd));

    /// <summary>The amount that is worth at least this much, rounded up; nothing for a negative value.</summary>
    public UInt256 FromUsd(Usd value) =>
        value.Value.IsNegative ? UInt256.Zero : UInt256.MulDivUp(value.Value.Abs, UnitsPerUsd, 1_000_000_000_000_000_000UL);

    /// <summary>What it is called makes it no other token: plans are priced by token.</summary>
    public bool Equals(RewardToken other) => Address == other.Address && UnitsPerUsd == other.UnitsPerUsd;

    public override int GetHashCode() => HashCode.Combine(Address, UnitsPerUsd);
}
