using System.Threading.Channels;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Support;

/// <summary>A pool that tells what the test writes down, and answers simulations at once.</summary>
internal sealed class ScriptedPool(int maxBlocks = 2) : IPendingPool
{
    private readonly Channel<PoolEvent> _events = Channel.CreateUnbounded<PoolEvent>();

    public int MaxBlocks => maxBlocks;
    public ChannelReader<PoolEvent> Events => _events.Reader;
    public List<Hash32> Watched { get; } = [];

    /// <summary>What was simulated behind what, and on which block.</summary>
    public List<(PendingUpdate Update, CallRequest Call, BlockRef At)> Called { get; } = [];

    /// <summary>By default every item of a batch succeeds.</summary>
    public Func<CallRequest, CallResult> Answer { get; set; } = ScriptedChain.AllSucceed;

    public void Tell(PoolEvent told) => _events.Writer.TryWrite(told);

    public Task RunAsync(CancellationToken cancellation) => new TaskCompletionSource().Task.WaitAsync(cancellation).ContinueWith(static _ => { }, TaskScheduler.Default);

    public void Watch(PendingTransaction transaction) => Watched.Add(transaction.Hash);

    public Task<IReadOnlyList<CallResult>> CallBehindAsync(PendingUpdate update, IReadOnlyList<CallRequest> calls, BlockRef at, CancellationToken cancellation)
    {
        Called.AddRange(calls.Select(call => (update, call, at)));
        return Task.FromResult<IReadOnlyList<CallResult>>([.. calls.Select(Answer)]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A transmission of a value for a key of <see cref="ScriptedProtocol"/>.</summary>
    public static PendingTransaction Transmission(ulong key, ulong value, ulong tipGwei = 3, ulong capGwei = 60, ulong nonce = 0) => new(
        new(new UInt256(value, nonce, key, 0x9e4d)), ScriptedProtocol.AddressOf(0x7a), ScriptedProtocol.AddressOf(0x1e4d), nonce, TestChainData.Word(key).Concat(TestChainData.Word(value)).ToArray(),
        new Gas(500_000), new(Wei.FromGwei(capGwei), Wei.FromGwei(tipGwei)));
}
