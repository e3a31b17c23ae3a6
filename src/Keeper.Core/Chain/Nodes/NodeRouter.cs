using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Nodes;

/// <summary>
/// Reads from the preferred node and, where that fails, from the next: the only place with a generic retry, and only reads
/// pass through it. A value that cannot be decoded counts as a failure of the node that sent it.
/// </summary>
internal sealed class NodeRouter
{
    private readonly ILogger _logger;
    private readonly IReadRetry _retry;
    private int _preferred;

    /// <param name="repeats">Attempts after the first, and at least one for each further node.</param>
    public NodeRouter(IReadOnlyList<INode> nodes, int repeats, ReadRetryFactory retry, TimeProvider time, Random jitter, ILogger logger)
    {
        (Nodes, _logger) = (nodes, logger);
        _retry = retry(Math.Max(repeats, nodes.Count - 1), IsTransient, time, jitter);
    }

    public IReadOnlyList<INode> Nodes { get; }

    /// <exception cref="ChainException">No node gave a usable answer.</exception>
    public async Task<T> ReadAsync<T>(Func<INode, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        return await _retry.ExecuteAsync(AttemptAsync, cancellation).ConfigureAwait(false);

        async ValueTask<T> AttemptAsync(CancellationToken token)
        {
            var index = Volatile.Read(ref _preferred);
            var node = Nodes[index];
            try
            {
                return await ReadFromAsync(node, read, token).ConfigureAwait(false);
            }
            catch (ChainException error) when (error.Fault != ChainFault.Rejected)
            {
                // Only the first to fail moves on: others that fail at the same time would skip a node.
                var next = (index + 1) % Nodes.Count;
                if (Interlocked.CompareExchange(ref _preferred, next, index) == index && next != index) ChainLog.EndpointChanged(_logger, node.Name, Nodes[next].Name, error.Fault);
                throw;
            }
        }
    }

    /// <summary>From this node alone, once.</summary>
    /// <exception cref="ChainException">It gave no usable answer.</exception>
    public async Task<T> ReadFromAsync<T>(INode node, Func<INode, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            return await read(node, cancellation).ConfigureAwait(false);
        }
        catch (NodeErrorException error)
        {
            throw new ChainException($"{node.Name}: {error.Message}.", FaultOf(error.Failure));
        }
        catch (MalformedAnswerException error)
        {
            throw new ChainException($"{node.Name}: {error.Message}.", ChainFault.Malformed);
        }
    }

    private ChainFault FaultOf(RpcFailure failure) =>
        RpcWording.IsUnknownBlock(failure) ? ChainFault.UnknownBlock
        // That this node does not serve us says nothing of the next.
        : Nodes.Count > 1 && RpcWording.IsUnserved(failure) ? ChainFault.Transport
        : ChainFault.Rejected;

    private bool IsTransient(ChainException error) => error.Fault switch
    {
        ChainFault.Transport or ChainFault.RateLimited or ChainFault.Malformed or ChainFault.Unproven => true,
        // Another node may have the block already.
        ChainFault.UnknownBlock => Nodes.Count > 1,
        _ => false,
    };
}
