using System.Threading.Channels;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Following;

/// <summary>
/// Turns the announcements of all endpoints into wake-ups, and logs into hints. A head is only a wake-up: what it says is used where it links to
/// the last block, and everything else is asked for. What one endpoint was first to tell is not told again by the others. Safe for concurrent use.
/// </summary>
internal sealed class HeadFeed(LogFilter hints, EventQueue queue, ILogger logger)
{
    private readonly IReadOnlyList<LogCheck> _hints = LogCheck.Of(hints);
    private readonly Lock _gate = new();
    private readonly Recent<Hash32> _heads = new(256);
    private readonly Recent<(Hash32 Block, uint Index)> _logs = new(1024);
    private uint _live;

    /// <summary>Holds the newest wake-up only; null says: look for yourself.</summary>
    private readonly Channel<BlockHeader?> _wakes = Channel.CreateBounded<BlockHeader?>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    public ChannelReader<BlockHeader?> Wakes => _wakes.Reader;

    /// <summary>Heads are being announced, by one endpoint at least.</summary>
    public bool IsLive => Volatile.Read(ref _live) != 0;

    public void Wake() => _wakes.Writer.TryWrite(null);

    public void Subscribed(int endpoint)
    {
        lock (_gate) _live |= 1u << endpoint;
        Wake(); // whatever came between two sockets was announced by neither
    }

    public void Refused(string endpoint, string reason) => ChainLog.SubscriptionRefused(logger, endpoint, reason);

    public void Head(int endpoint, BlockHeader head)
    {
        lock (_gate)
        {
            _live |= 1u << endpoint;
            // An endpoint that says it twice means it: the chain has come back to that block.
            if (!_heads.Add(head.Ref.Hash, 1u << endpoint)) return;
        }
        _wakes.Writer.TryWrite(head);
    }

    public void Log(Log log)
    {
        if (!_hints.Any(check => check.Wants(log))) return;
        lock (_gate)
            if (!_logs.Add((log.BlockHash, log.LogIndex), 0)) return;
        queue.Hint(log);
    }

    public void Unreadable(string endpoint, string reason)
    {
        ChainInstruments.UnreadableMessage(endpoint);
        ChainLog.NotificationIgnored(logger, endpoint, reason);
        Wake();
    }

    public void Ended(int endpoint)
    {
        lock (_gate) _live &= ~(1u << endpoint);
        Wake();
    }
}
