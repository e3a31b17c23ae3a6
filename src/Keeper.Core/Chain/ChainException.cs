namespace Keeper.Core.Chain;

/// <summary>
/// The node could not be asked, or answered with something that is no answer. The message names the endpoint by its
/// configured name, never by URL.
/// </summary>
public sealed class ChainException(string message, ChainFault fault = ChainFault.Transport, Exception? inner = null) : Exception(message, inner)
{
    public ChainFault Fault { get; } = fault;

    /// <summary>How long the endpoint wants to be left in peace, where it said so.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
