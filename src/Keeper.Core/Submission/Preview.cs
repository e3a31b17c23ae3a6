using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;

namespace Keeper.Core.Submission;

/// <summary>What a simulation says would become of a call if it were mined now.</summary>
/// <param name="Detail">Why it fails; null otherwise.</param>
public readonly record struct Preview(PreviewKind Kind, string? Detail)
{
    /// <param name="items">How many the call has.</param>
    /// <param name="explain">What the data of a failed item means, by the item's index.</param>
    public static Preview Of(CallResult result, int items, Func<int, ReadOnlyMemory<byte>, string> explain)
    {
        switch (result)
        {
            case CallResult.Reverted(var data):
                return new(PreviewKind.Fails, ExecutorCall.Refusal(data.Span) ?? "reverted");
            case CallResult.Returned(var returned):
                try
                {
                    var results = ExecutorCall.DecodeResults(returned.Span);
                    if (results.Count != items) return default;
                    // The executor itself asks that what succeeds pays for all.
                    return results.Any(item => item.Succeeded) ? new(PreviewKind.Pays, null) : new(PreviewKind.Fails, explain(0, results[0].Data));
                }
                catch (AbiException)
                {
                    return default;
                }
            default:
                return default;
        }
    }
}
