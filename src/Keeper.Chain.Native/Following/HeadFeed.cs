using System.Threading.Channels;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Streaming;
using Keeper.Core.Primitives;
using Microsoft.Extensions.Logging;

namespace Keeper.Chain.Native.Following;

/// <summary>
/// Subscribes to heads, and to the logs that are hints. A head is only a wake-up: what it says is used where it links to
/// the last block, and everything else is asked for. Notifications are told apart by shape, since one may overtake the answer to its subscription.
/// </summary>
internal sealed class HeadFeed(LogFilter hints, EventQueue queue, ILogger logger) : ISocketHandler
{
    private const int HeadsId = 1, HintsId = 2;
    private readonly LogCheck _hints = new(hints);

    /// <summary>Holds the newest wake-up only; null says: look for yourself.</summary>
    private readonly Channel<BlockHeader?> _wakes = Channel.CreateBounded<BlockHeader?>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    public ChannelReader<BlockHeader?> Wakes => _wakes.Reader;

    /// <summary>Heads are being announced.</summary>
    public bool IsLive { get; private set; }

    public void Wake() => _wakes.Writer.TryWrite(null);

    public async ValueTask OpenedAsync(SupervisedSocket socket, SocketTarget target, CancellationToken cancellation)
    {
        await socket.SendAsync(RpcEnvelope.Write([new RpcCall("eth_subscribe", static json => json.WriteStringValue("newHeads"))], HeadsId), cancellation).ConfigureAwait(false);
        if (hints.IsEmpty) return;
        var logs = new RpcCall("eth_subscribe", json =>
        {
            json.WriteStringValue("logs");
            json.WriteStartObject();
            json.WriteFilter(hints);
            json.WriteEndObject();
        });
        await socket.SendAsync(RpcEnvelope.Write([logs], HintsId), cancellation).ConfigureAwait(false);
    }

    public void Received(SupervisedSocket socket, SocketTarget target, ReadOnlyMemory<byte> message)
    {
        try
        {
            var parsed = Parse(message);
            if (!parsed.IsNotification) Subscribed(socket, target, parsed);
            else if (parsed.Payload.Span.IndexOf("\"topics\""u8) >= 0) Hint(parsed.Payload.Span);
            else Head(socket, parsed.Payload.Span);
        }
        catch (Exception error) when (error is MalformedAnswerException or System.Text.Json.JsonException or InvalidOperationException)
        {
            ChainLog.NotificationIgnored(logger, target.Name, error is MalformedAnswerException ? error.Message : error.GetType().Name);
            Wake();
        }
    }

    public void Closed(SocketTarget target)
    {
        IsLive = false;
        Wake();
    }

    private static RpcMessage Parse(ReadOnlyMemory<byte> message)
    {
        var reader = new System.Text.Json.Utf8JsonReader(message.Span);
        reader.Read();
        return RpcMessage.Read(ref reader, message);
    }

    private void Subscribed(SupervisedSocket socket, SocketTarget target, RpcMessage answer)
    {
        if (answer.Error is { } error)
        {
            ChainLog.SubscriptionRefused(logger, target.Name, error.Message);
            if (answer.Id == HeadsId) socket.Drop();
            return;
        }
        if (answer.Id != HeadsId) return;
        IsLive = true;
        Wake(); // whatever came between two sockets was announced by neither
    }

    private void Head(SupervisedSocket socket, ReadOnlySpan<byte> payload)
    {
        socket.Progress();
        IsLive = true;
        _wakes.Writer.TryWrite(Wire.Read(payload, BlockJson.Read));
    }

    private void Hint(ReadOnlySpan<byte> payload)
    {
        var removed = false;
        var log = Wire.Read(payload, (ref System.Text.Json.Utf8JsonReader reader) => LogJson.Read(ref reader, out removed));
        if (!removed && _hints.Wants(log)) queue.Hint(log);
    }
}
