namespace Keeper.Core.Chain.Nodes;

/// <summary>One round trip to one node, never repeated inside.</summary>
public interface IRpcTransport : IAsyncDisposable
{
    /// <summary>Sends the bytes of the JSON-RPC calls numbered from <paramref name="firstId"/> on, and has their answer read.</summary>
    /// <param name="read">Gets the whole answer, which it may keep.</param>
    /// <exception cref="ChainException">Names the endpoint, never its URL.</exception>
    /// <exception cref="MalformedAnswerException">The answer makes no sense.</exception>
    Task<T> ExchangeAsync<T>(ReadOnlyMemory<byte> payload, long firstId, int count, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellation);
}
