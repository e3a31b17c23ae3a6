using System.Text.Json;
using System.Text.Unicode;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Following;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Streaming;

namespace Keeper.Chain.Native;

/// <summary>Subscribes to heads and hints. Notifications are told apart by shape, since one may overtake the answer to its subscription.</summary>
internal sealed class NativeSubscription(LogQuery hints, IHeadListener listener) : ISocketHandler
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
            json.WriteQuery(hints);
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
            else if (IsLog(parsed.Payload.Span)) Log(parsed.Payload.Span);
            else Head(socket, parsed.Payload.Span);
        }
        catch (Exception error) when (error is MalformedAnswerException or JsonException or InvalidOperationException or FormatException)
        {
            listener.Unreadable(target.Name, error is MalformedAnswerException ? error.Message : error.GetType().Name);
        }
    }

    public void Closed(SocketTarget target) => listener.Ended();

    private static RpcMessage Parse(ReadOnlyMemory<byte> message)
    {
        if (!Utf8.IsValid(message.Span)) throw new MalformedAnswerException("the message is not UTF-8");
        var reader = new Utf8JsonReader(message.Span);
        reader.Read();
        var parsed = RpcMessage.Read(ref reader, message);
        while (reader.Read()) { } // throws on anything that follows
        return parsed;
    }

    /// <summary>Told by its topics, which no head has.</summary>
    private static bool IsLog(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("topics"u8)) return true;
            reader.Read();
            reader.Skip();
        }
        return false;
    }

    private void Answered(SupervisedSocket socket, SocketTarget target, RpcMessage answer)
    {
        if (answer.Id is not (null or HeadsId or HintsId)) throw new MalformedAnswerException("the answer has a wrong id");
        if (answer.Error is { } error)
        {
            listener.Refused(target.Name, error.Message);
            if (answer.Id == HeadsId) socket.Drop();
        }
        else if (answer.Id is null || !IsName(answer.Result.Span)) throw new MalformedAnswerException("the subscription has no name");
        else if (answer.Id == HeadsId) listener.Subscribed();
    }

    private static bool IsName(ReadOnlySpan<byte> json) => json.Length > 2 && json[0] == '"';

    private void Head(SupervisedSocket socket, ReadOnlySpan<byte> payload)
    {
        if (listener.Head(Wire.Read(payload, BlockJson.Read))) socket.Progress();
    }

    private void Log(ReadOnlySpan<byte> payload)
    {
        var removed = false;
        var log = Wire.Read(payload, (ref Utf8JsonReader reader) => LogJson.Read(ref reader, out removed));
        if (!removed) listener.Log(log);
    }
}
