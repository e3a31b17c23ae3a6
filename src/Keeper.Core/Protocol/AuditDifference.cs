namespace Keeper.Core.Protocol;

/// <summary>One field in which mirror and contract differ, for people.</summary>
/// <param name="Field">What it is, <c>quote</c>.</param>
/// <param name="Mirrored">The mirror's value.</param>
/// <param name="Contract">The contract's; bounded, without control characters.</param>
public readonly record struct AuditDifference(string Field, string Mirrored, string Contract)
{
    public override string ToString() => $"{Field} is {Mirrored} in the mirror and {Contract} in the contract";
}
