using System.Threading.Channels;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Following;

/// <summary>
/// Turns announcements into wake-ups, and logs into hints. A head is only a wake-up: what it says is used where it links to
/// the last block, and everything else is asked for.
/// </summary>
internal sealed class HeadFeed(LogFilter hints, EventQueue queue, ILogger logger) : IHeadListener
{
    private readonly LogCheck _hints = new(hints);

    /// <summary>Holds the newest wake-up only; null says: look for yourself.</summary>
    private readonly Channel<BlockHeader?> _wakes = Channel.CreateBounded<BlockHeader?>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    public ChannelReader<BlockHeader?> Wakes => _wakes.Reader;

    /// <summary>Heads are being announced.</summary>
    public bool IsLive { get; private set; }

    public void Wake() => _wakes.Writer.TryWrite(null);

    public void Subscribed()
    {
        IsLive = true;
        Wake(); // whatever came between two sockets was announced by neither
    }

    public void Refused(string endpoint, string reason) => ChainLog.SubscriptionRefused(logger, endpoint, reason);

    public void Head(BlockHeader head)
    {
        IsLive = true;
        _wakes.Writer.TryWrite(head);
    }

    public void Log(Log log)
    {
        if (_hints.Wants(log)) queue.Hint(log);
    }

    public void Unreadable(string endpoint, string reason)
    {
        ChainInstruments.UnreadableMessage(endpoint);
        ChainLog.NotificationIgnored(logger, endpoint, reason);
        Wake();
    }

    public void Ended()
    {
        IsLive = false;
        Wake();
    }
}
