namespace Keeper.Core.Chain;

/// <summary>How a call ended. A transport that failed is an exception, not a result.</summary>
public abstract record CallResult
{
    private CallResult() { }

    /// <param name="Data">What the contract returned, of any length: the decoder checks it.</param>
    public sealed record Returned(ReadOnlyMemory<byte> Data) : CallResult;

    /// <param name="Data">The revert data, empty where the contract gave none.</param>
    public sealed record Reverted(ReadOnlyMemory<byte> Data) : CallResult;

    /// <summary>The node refused to run it: out of gas, unknown block, its own limit.</summary>
    public sealed record Refused(string Reason) : CallResult;
}
