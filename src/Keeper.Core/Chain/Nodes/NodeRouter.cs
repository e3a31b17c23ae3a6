using Keeper.Core.Chain.Nodes.Health;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Nodes;

/// <summary>
/// Reads from the healthiest node and, where that fails, from the next: the only place with a generic retry, and only reads
/// pass through it. A value that cannot be decoded counts as a failure of the node that sent it.
/// </summary>
internal sealed class NodeRouter
{
    private readonly IReadRetry _retry;

    /// <param name="repeats">Attempts after the first, and at least one for each further node.</param>
    public NodeRouter(IReadOnlyList<INode> nodes, EndpointBoard board, int repeats, ReadRetryFactory retry, TimeProvider time, Random jitter)
    {
        (Nodes, Board) = (nodes, board);
        _retry = retry(Math.Max(repeats, nodes.Count - 1), IsTransient, time, jitter);
    }

    public IReadOnlyList<INode> Nodes { get; }
    public EndpointBoard Board { get; }

    /// <exception cref="ChainException">No node gave a usable answer.</exception>
    public async Task<T> ReadAsync<T>(Func<INode, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        var tried = 0u;
        return await _retry.ExecuteAsync(AttemptAsync, cancellation).ConfigureAwait(false);

        async ValueTask<T> AttemptAsync(CancellationToken token)
        {
            var index = Board.Pick(tried, avoid: 0);
            if (index < 0) throw new ChainException("Every endpoint is put aside.");
            tried |= 1u << index;
            return await ReadAsync(index, read, token).ConfigureAwait(false);
        }
    }

    /// <summary>The newest block of the healthiest node; null where it has none.</summary>
    public Task<BlockHeader?> ReadLatestAsync(CancellationToken cancellation) => ReadAsync(
        async (node, token) =>
        {
            var header = (await node.GetHeadersAsync([BlockId.Latest], token).ConfigureAwait(false))[0];
            if (header is not null) Board.Heard(IndexOf(node), header.Ref, isAnnounced: false);
            return header;
        },
        cancellation);

    private int IndexOf(INode node)
    {
        var index = 0;
        while (Nodes[index] != node) index++;
        return index;
    }

    private async Task<T> ReadAsync<T>(int index, Func<INode, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        var node = Nodes[index];
        try
        {
            var value = await read(node, cancellation).ConfigureAwait(false);
            Board.Succeeded(index);
            return value;
        }
        catch (NodeErrorException error)
        {
            throw Failed(index, new ChainException($"{node.Name}: {error.Message}.", FaultOf(error.Failure)));
        }
        catch (MalformedAnswerException error)
        {
            throw Failed(index, new ChainException($"{node.Name}: {error.Message}.", ChainFault.Malformed));
        }
        catch (ChainException error)
        {
            Failed(index, error);
            throw;
        }
    }

    private ChainException Failed(int index, ChainException error)
    {
        if (error.Fault is not ChainFault.Rejected) Board.Failed(index, error.Fault);
        return error;
    }

    private ChainFault FaultOf(RpcFailure failure) =>
        RpcWording.IsUnknownBlock(failure) ? ChainFault.UnknownBlock
        // That this node does not serve us says nothing of the next.
        : Nodes.Count > 1 && RpcWording.IsUnserved(failure) ? ChainFault.Transport
        : ChainFault.Rejected;

    private bool IsTransient(ChainException error) => error.Fault switch
    {
        ChainFault.Transport or ChainFault.RateLimited or ChainFault.Malformed => true,
        // Another node may have the block already.
        ChainFault.UnknownBlock => Nodes.Count > 1,
        _ => false,
    };
}
