using System.Text.Json;

namespace Keeper.Tests.Support;

/// <summary>Answers as a node writes them, for any call: its id is given back as it came, be it a number or a string.</summary>
internal static class JsonRpcText
{
    /// <summary>The calls of a batch, or the one.</summary>
    public static IReadOnlyList<JsonElement> Calls(JsonElement request) => request.ValueKind == JsonValueKind.Array ? [.. request.EnumerateArray()] : [request];

    public static string Id(JsonElement call) => call.GetProperty("id").GetRawText();

    public static string Method(JsonElement call) => call.GetProperty("method").GetString()!;

    /// <param name="result">Serialised as it is.</param>
    public static string Result(JsonElement call, object? result) => Answer(Id(call), $"\"result\":{JsonSerializer.Serialize(result)}");

    public static string Error(JsonElement call, ScriptedError error) => Error(Id(call), error);

    /// <param name="id">As JSON; null for an answer that belongs to no call.</param>
    public static string Error(string id, ScriptedError error) =>
        Answer(id, $"\"error\":{JsonSerializer.Serialize(error.Data is null ? new { code = error.Code, message = error.Message } : (object)new { code = error.Code, message = error.Message, data = error.Data })}");

    /// <param name="rest">The members after the id.</param>
    public static string Answer(string id, string rest) => $"{{\"jsonrpc\":\"2.0\",\"id\":{id},{rest}}}";

    public static string Batch(IEnumerable<string> answers) => $"[{string.Join(',', answers)}]";

    public static string Notification(string subscription, object? payload) =>
        $"{{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{{\"subscription\":\"{subscription}\",\"result\":{JsonSerializer.Serialize(payload)}}}}}";
}
