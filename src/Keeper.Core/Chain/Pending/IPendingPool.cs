using System.Threading.Channels;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Pending;

/// <summary>
/// Port: the public pool of transactions that wait, as far as it holds price updates. Nothing that it tells is true of the chain: it may hold what is
/// never mined, and forget what is. Safe for concurrent use.
/// </summary>
public interface IPendingPool : IAsyncDisposable
{
    /// <summary>Blocks that an update is given to come, after the one that a decision was taken on. 1 or more.</summary>
    int MaxBlocks { get; }

    /// <summary>Bounded: what comes while it is full is lost.</summary>
    ChannelReader<PoolEvent> Events { get; }

    /// <summary>Listens until cancelled; returns then, and does not throw.</summary>
    Task RunAsync(CancellationToken cancellation);

    /// <summary>Asks for <see cref="PoolEvent.Gone"/> of this transaction. Ends by itself when it is mined, gone, or too many others are watched.</summary>
    void Watch(PendingTransaction transaction);

    /// <summary>Runs each call by itself in the block after <paramref name="at"/>, right behind the update, and answers in their order.</summary>
    /// <returns>Refused, each, where the update itself would fail there or is in the chain already.</returns>
    /// <exception cref="ChainException">There was no answer.</exception>
    Task<IReadOnlyList<CallResult>> CallBehindAsync(PendingUpdate update, IReadOnlyList<CallRequest> calls, BlockRef at, CancellationToken cancellation);
}
