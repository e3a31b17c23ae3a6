using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <summary>What the contract would say of an account.</summary>
/// <param name="Equity">What the account is worth, in the protocol's unit of account.</param>
/// <param name="Requirement">What it must be worth at least.</param>
public readonly record struct Verdict(VerdictKind Kind, Int256 Equity, UInt256 Requirement)
{
    public static Verdict Empty => new(VerdictKind.Empty, Int256.Zero, UInt256.Zero);
}
