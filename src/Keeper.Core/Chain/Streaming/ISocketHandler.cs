namespace Keeper.Core.Chain.Streaming;

/// <summary>What is done with a socket. Called by one task at a time; an exception ends the socket (in <see cref="OpenedAsync"/>) or is logged and forgotten.</summary>
public interface ISocketHandler
{
    /// <summary>A new socket is open: subscribe. It may send; what it sends is answered through <see cref="Received"/> later.</summary>
    ValueTask OpenedAsync(SupervisedSocket socket, SocketTarget target, CancellationToken cancellation);

    /// <summary>One whole text message; the memory is valid during the call only.</summary>
    void Received(SupervisedSocket socket, SocketTarget target, ReadOnlyMemory<byte> message);

    /// <summary>The socket is gone, with whatever was asked through it.</summary>
    void Closed(SocketTarget target);
}
