namespace Keeper.Chain.Native.Rpc;

/// <summary>One round trip to one node, never repeated inside.</summary>
internal interface IRpcTransport : IAsyncDisposable
{
    /// <summary>Sends the bytes of calls numbered from <paramref name="firstId"/> on, and reads their answers.</summary>
    /// <exception cref="Core.Chain.ChainException">Names the endpoint, never its URL.</exception>
    /// <exception cref="MalformedAnswerException">The answer makes no sense.</exception>
    Task<RpcAnswer[]> ExchangeAsync(ReadOnlyMemory<byte> payload, long firstId, int count, CancellationToken cancellation);
}
