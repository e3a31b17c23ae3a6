using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keeper.Tests.Support;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>
/// Requests and their answers, a line each. A request is known by its method and what its parameters mean: names and hex in lower case,
/// members in order, one way of several to write the same. What means something else is another request.
/// </summary>
internal sealed class Recording
{
    private readonly SortedDictionary<string, JsonObject> _lines = new(StringComparer.Ordinal);

    public int Count => _lines.Count;

    public static Recording Load(string path)
    {
        var recording = new Recording();
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0))
        {
            var read = JsonNode.Parse(line)!.AsObject();
            if (!recording._lines.TryAdd(Key(read["method"]!.GetValue<string>(), read["params"]!.AsArray()), read)) throw new InvalidDataException($"{Path.GetFileName(path)} answers a request twice: {line[..Math.Min(line.Length, 200)]}");
        }
        return recording;
    }

    public void Save(string path) => File.WriteAllText(path, string.Concat(_lines.Values.Select(line => line.ToJsonString() + "\n")));

    /// <summary>Keeps the answer that a node gave to a call.</summary>
    public void Add(JsonElement call, JsonElement answer)
    {
        var method = JsonRpcText.Method(call);
        var line = new JsonObject { ["method"] = method, ["params"] = Canonical(method, Parameters(call)) };
        var part = answer.TryGetProperty("error", out var error) ? "error" : "result";
        line[part] = JsonNode.Parse(part == "error" ? error.GetRawText() : answer.GetProperty("result").GetRawText());
        lock (_lines) _lines[Key(method, line["params"]!.AsArray())] = line;
    }

    /// <summary>The answer as it was recorded, under the id of this call; null where this was never asked.</summary>
    public string? Answer(JsonElement call)
    {
        lock (_lines)
        {
            if (!_lines.TryGetValue(Describe(call), out var line)) return null;
            var part = line.ContainsKey("error") ? "error" : "result";
            return JsonRpcText.Answer(JsonRpcText.Id(call), $"\"{part}\":{line[part]?.ToJsonString() ?? "null"}");
        }
    }

    /// <summary>How the recording would know this call.</summary>
    public static string Describe(JsonElement call) => Key(JsonRpcText.Method(call), Parameters(call));

    private static JsonArray Parameters(JsonElement call) => call.TryGetProperty("params", out var given) ? JsonNode.Parse(given.GetRawText())!.AsArray() : [];

    private static string Key(string method, JsonArray parameters) => $"{method} {Canonical(method, parameters).ToJsonString()}";

    private static JsonArray Canonical(string method, JsonArray parameters)
    {
        var canonical = new JsonArray([.. parameters.Select(Canonical)]);
        if (method == "eth_getStorageAt" && canonical[1] is { } slot) canonical[1] = "0x" + slot.GetValue<string>()[2..].PadLeft(64, '0');
        if (method == "eth_feeHistory" && canonical[0] is JsonValue count && count.TryGetValue<decimal>(out var blocks)) canonical[0] = $"0x{(int)blocks:x}";
        if (method == "eth_call" && canonical[0] is JsonObject sent && sent["input"] is { } input)
        {
            sent.Remove("input");
            sent["data"] = input;
            canonical[0] = Canonical(sent);
        }
        if (method == "eth_getLogs" && canonical[0] is JsonObject filter)
        {
            if (filter["address"] is JsonValue one) filter["address"] = new JsonArray(one.DeepClone());
            if (filter["topics"] is JsonArray topics) filter["topics"] = new JsonArray([.. topics.Select(topic => topic is JsonValue ? new JsonArray(topic.DeepClone()) : topic?.DeepClone())]);
        }
        return canonical;
    }

    private static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(member => member.Value is not null).OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Canonical(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Canonical)]),
        JsonValue value when value.TryGetValue<string>(out var text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.ToLowerInvariant() : text,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture) / 1.0000000000000000000000000000m,
        _ => node?.DeepClone(),
    };
}
