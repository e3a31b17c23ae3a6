using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;

namespace Keeper.Chain.Native.Rpc;

/// <summary>One JSON-RPC object of a node, its parts still as bytes.</summary>
/// <param name="Id">Null where it is null, missing or no number.</param>
/// <param name="IsNotification">It has the name of a method.</param>
/// <param name="Payload">Of a notification: <c>params.result</c>.</param>
internal readonly record struct RpcMessage(long? Id, ReadOnlyMemory<byte> Result, RpcFailure? Error, bool IsNotification, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Reads the object that the reader stands on, and leaves the reader at its end. Of a name that comes twice the last one counts, as JSON parsers have it.</summary>
    public static RpcMessage Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new MalformedAnswerException("the answer is not an object");
        long? id = null;
        ReadOnlyMemory<byte> result = default, payload = default;
        RpcFailure? error = null;
        var notification = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                id = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("result"u8)) result = Slice(ref reader, body);
            else if (reader.ValueTextEquals("error"u8)) error = ReadError(ref reader, body);
            else if (reader.ValueTextEquals("method"u8)) notification = Slice(ref reader, body).Span[0] == '"';
            else if (reader.ValueTextEquals("params"u8)) payload = ReadPayload(ref reader, body);
            else Slice(ref reader, body);
        }
        return new(id, result, error, notification, payload);
    }

    private static ReadOnlyMemory<byte> ReadPayload(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return default;
        }
        ReadOnlyMemory<byte> payload = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals("result"u8);
            var value = Slice(ref reader, body);
            if (wanted) payload = value;
        }
        return payload;
    }

    private static RpcFailure? ReadError(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType == JsonTokenType.String) return new RpcFailure(0, ForeignText.Clean(reader.GetString()), null);
        if (reader.TokenType != JsonTokenType.StartObject) throw new MalformedAnswerException("the error is not an object");
        var code = 0;
        string? message = null;
        ReadOnlyMemory<byte> data = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("code"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out code)) code = 0;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                reader.Read();
                message = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("data"u8)) data = Slice(ref reader, body);
            else Slice(ref reader, body);
        }
        return new RpcFailure(code, ForeignText.Clean(message), RevertData.Find(data));
    }

    /// <summary>The bytes of the value that follows.</summary>
    private static ReadOnlyMemory<byte> Slice(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return body[start..(int)reader.BytesConsumed];
    }
}
