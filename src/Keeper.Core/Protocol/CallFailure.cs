namespace Keeper.Core.Protocol;

/// <param name="NoLongerNeeded">The account was not, or no longer, in the state that the call deals with: somebody was first, or it recovered.</param>
/// <param name="Detail">The decoded reason, bounded and without control characters.</param>
/// <param name="IsKnown">The contract has such an error. What it cannot have said was said by something that it calls, or by nobody.</param>
public readonly record struct CallFailure(bool NoLongerNeeded, string Detail, bool IsKnown = true)
{
    /// <summary>The money for it was not there, or the sale did not bring it back: another pair of tokens, or less of the same, may do.</summary>
    public bool CannotPay { get; init; }
}
