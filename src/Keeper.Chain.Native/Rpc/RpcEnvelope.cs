using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;

namespace Keeper.Chain.Native.Rpc;

/// <summary>JSON-RPC 2.0 around calls and answers. Answers are matched by id: a batch may come back in any order.</summary>
internal static class RpcEnvelope
{
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };

    /// <summary>One call as an object, more as an array, with ids from <paramref name="firstId"/> on.</summary>
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<RpcCall> calls, long firstId)
    {
        var buffer = new ArrayBufferWriter<byte>(256 * calls.Count);
        using var json = new Utf8JsonWriter(buffer, Unchecked);
        if (calls.Count > 1) json.WriteStartArray();
        for (var i = 0; i < calls.Count; i++) WriteCall(json, calls[i], firstId + i);
        if (calls.Count > 1) json.WriteEndArray();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <exception cref="MalformedAnswerException">Not JSON, a wrong id, or an answer that is missing or comes twice.</exception>
    public static RpcAnswer[] Read(ReadOnlyMemory<byte> body, long firstId, int count)
    {
        try
        {
            return ReadChecked(body, firstId, count);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new MalformedAnswerException("the answer is not JSON-RPC");
        }
    }

    private static RpcAnswer[] ReadChecked(ReadOnlyMemory<byte> body, long firstId, int count)
    {
        var answers = new RpcAnswer[count];
        var seen = new bool[count];
        // The reader looks at the encoding only of the texts that are asked of it.
        if (!Utf8.IsValid(body.Span)) throw new MalformedAnswerException("the answer is not UTF-8");
        var reader = new Utf8JsonReader(body.Span);
        if (!reader.Read()) throw new MalformedAnswerException("the answer is empty");
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) Place(RpcMessage.Read(ref reader, body));
        }
        else
        {
            var single = RpcMessage.Read(ref reader, body);
            // A gateway that refuses a whole batch, or could not read it, answers with one error without an id.
            if (single.Error is { } error && (count > 1 || single.Id is null))
            {
                Array.Fill(answers, new RpcAnswer(default, error));
                Array.Fill(seen, true);
            }
            else Place(single);
        }
        while (reader.Read()) { } // throws on anything that follows
        var missing = Array.IndexOf(seen, false);
        return missing < 0 ? answers : throw new MalformedAnswerException($"answer {missing + 1} of {count} is missing");

        void Place(RpcMessage message)
        {
            if (message.Id is not { } id || id < firstId || id >= firstId + count) throw new MalformedAnswerException("the answer has a wrong id");
            var index = (int)(id - firstId);
            if (seen[index]) throw new MalformedAnswerException("an answer came twice");
            if (message.Error is null && message.Result.IsEmpty) throw new MalformedAnswerException("the answer has neither result nor error");
            seen[index] = true;
            answers[index] = new RpcAnswer(message.Result, message.Error);
        }
    }

    private static void WriteCall(Utf8JsonWriter json, RpcCall call, long id)
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        json.WriteNumber("id"u8, id);
        json.WriteString("method"u8, call.Method);
        json.WriteStartArray("params"u8);
        call.WriteParameters(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
