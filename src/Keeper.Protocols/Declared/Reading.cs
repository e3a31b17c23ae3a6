using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Declared.Abi;
using Keeper.Protocols.Declared.Terms;

namespace Keeper.Protocols.Declared;

/// <summary>What the contract's views said of an account in one block. Immutable: rows share it.</summary>
/// <param name="Equity">The left side of the comparison that decides.</param>
/// <param name="Requirement">The right side of it; zero where it is negative.</param>
/// <param name="Distance">From the edge, by the greater of the two; infinite where the account holds nothing.</param>
/// <param name="Answers">Of each view; null where there is nothing to plan.</param>
internal sealed record Reading(VerdictKind Kind, Int256 Equity, UInt256 Requirement, double Distance, IReadOnlyList<IReadOnlyList<AbiValue>>? Answers)
{
    public bool IsActionable => Kind is VerdictKind.Liquidatable or VerdictKind.BadDebt;

    public static Reading Of(DeclaredTerms terms, IReadOnlyList<IReadOnlyList<AbiValue>> answers)
    {
        var isFallen = terms.Liquidatable.Holds(answers, out var left, out var right);
        var isOpen = terms.Open?.Holds(answers, out _, out _) ?? true;
        var owes = terms.BadDebt?.Holds(answers, out _, out _) ?? false;
        // Without a word of what is open, bad debt is the stronger of the two.
        var kind = owes && (!isOpen || terms.Open is null) ? VerdictKind.BadDebt : !isOpen ? VerdictKind.Empty : isFallen ? VerdictKind.Liquidatable : VerdictKind.Healthy;
        var distance = isOpen ? Quantity.Distance(left, right) : double.PositiveInfinity;
        return new(kind, left.Saturated, right.IsNegative ? UInt256.Zero : right.Magnitude, distance, kind is VerdictKind.Liquidatable or VerdictKind.BadDebt ? answers : null);
    }
}
