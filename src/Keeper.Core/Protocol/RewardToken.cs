using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <param name="UnitsPerUsd">How many of the token's smallest units are worth one US dollar at the mirror's state; above 0.</param>
public readonly record struct RewardToken(Address Address, UInt256 UnitsPerUsd)
{
    /// <summary>The value of an amount, rounded down.</summary>
    public Usd ToUsd(UInt256 amount) => new((Int256)UInt256.MulDivDown(amount, 1_000_000_000_000_000_000UL, UnitsPerUsd));

    /// <summary>The amount that is worth at least this much, rounded up; nothing for a negative value.</summary>
    public UInt256 FromUsd(Usd value) =>
        value.Value.IsNegative ? UInt256.Zero : UInt256.MulDivUp(value.Value.Abs, UnitsPerUsd, 1_000_000_000_000_000_000UL);
}
