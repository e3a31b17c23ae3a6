using System.Text.Json;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Following;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Streaming;

namespace Keeper.Chain.Native;

/// <summary>Subscribes to heads and hints. Notifications are told apart by shape, since one may overtake the answer to its subscription.</summary>
internal sealed class NativeSubscription(LogFilter hints, IHeadListener listener) : ISocketHandler
{
    private const int HeadsId = 1, HintsId = 2;

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
            if (!parsed.IsNotification) Answered(socket, target, parsed);
            else if (parsed.Payload.Span.IndexOf("\"topics\""u8) >= 0) Log(parsed.Payload.Span);
            else Head(socket, parsed.Payload.Span);
        }
        catch (Exception error) when (error is MalformedAnswerException or JsonException or InvalidOperationException)
        {
            listener.Unreadable(target.Name, error is MalformedAnswerException ? error.Message : error.GetType().Name);
        }
    }

    public void Closed(SocketTarget target) => listener.Ended();

    private static RpcMessage Parse(ReadOnlyMemory<byte> message)
    {
        var reader = new Utf8JsonReader(message.Span);
        reader.Read();
        return RpcMessage.Read(ref reader, message);
    }

    private void Answered(SupervisedSocket socket, SocketTarget target, RpcMessage answer)
    {
        if (answer.Error is { } error)
        {
            listener.Refused(target.Name, error.Message);
            if (answer.Id == HeadsId) socket.Drop();
        }
        else if (answer.Id == HeadsId) listener.Subscribed();
    }

    private void Head(SupervisedSocket socket, ReadOnlySpan<byte> payload)
    {
        socket.Progress();
        listener.Head(Wire.Read(payload, BlockJson.Read));
    }

    private void Log(ReadOnlySpan<byte> payload)
    {
        var removed = false;
        var log = Wire.Read(payload, (ref Utf8JsonReader reader) => LogJson.Read(ref reader, out removed));
        if (!removed) listener.Log(log);
    }
}
