using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Mirror;

/// <summary>A history of four steps at an endpoint that keeps what is left of the day for others.</summary>
public sealed class BackfillTests
{
    private readonly SteppedTime _time = new();
    private readonly ListLogger<BackfillTests> _log = new();
    private readonly ScriptedChain _inner = new() { Newest = Block(120_000) };

    [Fact]
    public async Task While_endpoints_keep_the_days_rest_for_following_a_long_history_waits_and_goes_on_where_it_was()
    {
        var (refusals, asked) = (2, new List<(RequestPurpose?, ulong)>());
        var chain = new PurposefulChain(_inner, null, (purpose, from) =>
        {
            lock (asked) asked.Add((purpose, from));
            if (from == 2_010 && refusals-- > 0) throw new ChainException("What scripted allows is kept for what matters more.", ChainFault.Deferred);
        });
        var undo = new UndoLog();
        var mirror = new Keeper.Core.Mirror.Mirror([new ScriptedProtocol(undo)], undo, default);
        var running = new Backfill(chain, TestProfile.Fast, null, _time, _log).RunAsync(mirror, 10, default);
        for (var minute = 1; minute <= 2; minute++)
        {
            await EventuallyAsync(() => _time.Waiting == 1);
            Assert.Equal(1 + minute, asked.Count);
            _time.Advance(TimeSpan.FromSeconds(59));
            Assert.Equal((1 + minute, false), (asked.Count, running.IsCompleted));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        await running.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        // What is newest is read as what decides.
        Assert.Equal([(RequestPurpose.History, 10UL), (RequestPurpose.History, 2_010), (RequestPurpose.History, 2_010), (RequestPurpose.History, 2_010), (RequestPurpose.History, 52_010), (null, 102_010)], asked.Take(6));
        Assert.Equal(2, _log.Lines.Count(line => line.StartsWith("Warning: History from block 2010 on is not read for now", StringComparison.Ordinal)));
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        for (var i = 0; i < 2_000 && !condition(); i++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.True(condition());
    }

    /// <summary>Tells for what purpose logs are read.</summary>
    private sealed class PurposefulChain(IChainClient inner, RequestPurpose? purpose, Action<RequestPurpose?, ulong> reading) : ForwardingChain(inner), IChainClient
    {
        public IChainClient For(RequestPurpose other) => new PurposefulChain(Inner, other, reading);

        public override Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation)
        {
            try
            {
                reading(purpose, fromBlock);
            }
            catch (ChainException error)
            {
                return Task.FromException<IReadOnlyList<Log>>(error);
            }
            return base.GetLogsAsync(filter, fromBlock, toBlock, cancellation);
        }
    }
}
