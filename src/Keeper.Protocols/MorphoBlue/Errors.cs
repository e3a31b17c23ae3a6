using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>Revert data into words, classified. Morpho reverts with texts (<c>libraries/ErrorsLib.sol</c>), the liquidator with errors of its own.</summary>
internal static class Errors
{
    private static readonly ErrorTable Table = new([(ErrorTable.ErrorString, "Error(string)"), (ErrorTable.Panic, "Panic(uint256)")], new HashSet<uint>(),
        // What is drawn and not there ends in "transferFrom reverted", or in the token's own words.
        cannotPay: new HashSet<uint> { ErrorTable.ErrorString });

    /// <summary>Somebody was first, or the account recovered.</summary>
    private const string Healthy = "Error(\"position is healthy\")";

    public static CallFailure Explain(ReadOnlySpan<byte> revertData)
    {
        if (CapitalCalls.Explain(revertData) is { } refused) return refused;
        var failure = Table.Explain(revertData);
        return failure with { NoLongerNeeded = failure.Detail == Healthy };
    }
}
