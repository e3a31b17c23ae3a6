namespace Keeper.Core.Chain;

/// <param name="Error">The class of the answer.</param>
/// <param name="Message">The node's own words, cut and without control characters; null where it had none.</param>
public readonly record struct SendResult(SendError Error, string? Message)
{
    public static SendResult Accepted => new(SendError.None, null);

    /// <summary>The transaction is, or must be taken to be, in somebody's pool.</summary>
    public bool MayBePending => Error is SendError.None or SendError.Known or SendError.Ambiguous or SendError.Unknown;
}
