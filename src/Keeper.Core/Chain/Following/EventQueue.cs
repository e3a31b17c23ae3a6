using System.Threading.Channels;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Following;

/// <summary>
/// Where blocks and hints meet on their way to the caller. Hints overtake a block that is still being fetched, and are dropped once
/// it has been told, or where the caller does not keep up. Blocks are never dropped.
/// </summary>
internal sealed class EventQueue(BlockRef last)
{
    private readonly Channel<ChainEvent> _events = Channel.CreateBounded<ChainEvent>(new BoundedChannelOptions(FollowOptions.QueueLength) { SingleReader = true });
    private readonly Lock _gate = new();
    private ulong _lastNumber = last.Number;

    public ChannelReader<ChainEvent> Reader => _events.Reader;

    /// <summary>Tells a block, and from now on no hint at or below it.</summary>
    public ValueTask BlockAsync(ChainEvent.Block block, CancellationToken cancellation)
    {
        lock (_gate) _lastNumber = block.Ref.Number;
        return _events.Writer.WriteAsync(block, cancellation);
    }

    public ValueTask ReorgAsync(BlockRef ancestor, CancellationToken cancellation)
    {
        lock (_gate) _lastNumber = ancestor.Number;
        return _events.Writer.WriteAsync(new ChainEvent.Reorg(ancestor), cancellation);
    }

    public ValueTask FinalizedAsync(ulong number, CancellationToken cancellation) => _events.Writer.WriteAsync(new ChainEvent.Finalized(number), cancellation);

    /// <summary>Does not wait: called from the socket's loop.</summary>
    public void Hint(Log log)
    {
        lock (_gate)
        {
            if (log.BlockNumber > _lastNumber && log.BlockNumber - _lastNumber <= FollowOptions.HintDistance) _events.Writer.TryWrite(new ChainEvent.OracleHint(log));
        }
    }

    public void Complete(Exception? error) => _events.Writer.TryComplete(error);
}
