using System.Buffers;
using System.Text.Json;

namespace Keeper.Core.Chain.Nodes;

/// <summary>One call, one answer, strictly: an object that states its version and the call's own id, no member twice, and either a result or an error.</summary>
public sealed class JsonCallCodec : IRpcCodec<JsonCall, JsonAnswer>
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private readonly bool _mayBeNull;

    private JsonCallCodec(bool mayBeNull) => _mayBeNull = mayBeNull;

    public static JsonCallCodec Instance { get; } = new(mayBeNull: false);

    /// <summary>For calls to which nothing is an answer: a transaction that a node does not know.</summary>
    public static JsonCallCodec WithNull { get; } = new(mayBeNull: true);

    public string MethodOf(JsonCall call) => call.Method;

    public ReadOnlyMemory<byte> Write(IReadOnlyList<JsonCall> calls, long firstId)
    {
        if (calls.Count != 1) throw new ArgumentException("Calls of this kind are not batched.", nameof(calls));
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc"u8, "2.0"u8);
            json.WriteNumber("id"u8, firstId);
            json.WriteString("method"u8, calls[0].Method);
            json.WritePropertyName("params"u8);
            calls[0].WriteParameters(json);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    public JsonAnswer[] Read(ReadOnlyMemory<byte> body, long firstId, int count)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return [ReadOne(document.RootElement, firstId, _mayBeNull)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new MalformedAnswerException("the answer is not JSON"); // half a surrogate is no text
        }
    }

    public RpcFailure? FailureOf(JsonAnswer answer) => answer.Failure;

    private static JsonAnswer ReadOne(JsonElement message, long id, bool mayBeNull)
    {
        if (message.ValueKind != JsonValueKind.Object) throw new MalformedAnswerException("the answer is not an object");
        if (!message.TryGetProperty("jsonrpc", out var version) || version.ValueKind != JsonValueKind.String || !version.ValueEquals("2.0"u8))
            throw new MalformedAnswerException("the answer is not of JSON-RPC 2.0");
        if (!message.TryGetProperty("id", out var told) || told.ValueKind != JsonValueKind.Number || !told.TryGetInt64(out var number) || number != id)
            throw new MalformedAnswerException("the answer has a wrong id");
        var hasError = message.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null;
        var hasResult = message.TryGetProperty("result", out var result) && (result.ValueKind != JsonValueKind.Null || (mayBeNull && !hasError));
        if (hasError == hasResult) throw new MalformedAnswerException("the answer has neither or both of result and error");
        return hasError ? new(default, ToFailure(error)) : new(result.Clone(), null);
    }

    private static RpcFailure ToFailure(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object) throw new MalformedAnswerException("the error is not an object");
        var code = error.TryGetProperty("code", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) ? value : 0;
        var words = error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        return new(code, ForeignText.Clean(words), null);
    }
}
