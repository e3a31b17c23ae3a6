using System.Buffers;
using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Control;
using Keeper.Core.Telemetry;

namespace Keeper.Host.Control;

/// <summary>The lines of the control socket. Amounts are decimal strings, since JSON's numbers lose wei.</summary>
internal static class ControlJson
{
    public static byte[] Request(string verb, string? reason = null, string? breaker = null, ulong? nonce = null) => Line(json =>
    {
        json.WriteString("verb", verb);
        if (reason is not null) json.WriteString("reason", reason);
        if (breaker is not null) json.WriteString("breaker", breaker);
        if (nonce is { } next) json.WriteNumber("nonce", next);
    });

    /// <param name="wrong">Why there is no request.</param>
    public static ControlRequest? Parse(ReadOnlySpan<byte> line, out string wrong)
    {
        wrong = "";
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 2 });
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (reader.BytesConsumed != line.Length || root.ValueKind != JsonValueKind.Object) throw new JsonException();
            return Parse(root, out wrong);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            wrong = "a request is one JSON object of a verb and its arguments";
            return null;
        }
    }

    public static byte[] Refusal(string refusal) => Line(json =>
    {
        json.WriteBoolean("ok", false);
        json.WriteString("refusal", refusal);
    });

    public static byte[] Write(ControlAnswer answer) => Line(json =>
    {
        json.WriteBoolean("ok", answer.Refusal is null);
        if (answer.Refusal is not null) json.WriteString("refusal", answer.Refusal);
        if (answer.Said is not null) json.WriteString("said", answer.Said);
        json.WriteStartObject("status");
        Write(json, answer.Status);
        json.WriteEndObject();
    });

    private static ControlRequest? Parse(JsonElement root, out string wrong)
    {
        wrong = "";
        var verb = Text(root, "verb");
        switch (verb)
        {
            case "status": return new ControlRequest.Status();
            case "halt": return new ControlRequest.Halt(Text(root, "reason"));
            case "drain": return new ControlRequest.Drain();
            case "adopt-nonce": return new ControlRequest.AdoptNonce(root.TryGetProperty("nonce", out var nonce) ? nonce.GetUInt64() : null);
            case "resume":
                if (Text(root, "breaker") is not { } name) return new ControlRequest.Resume(null);
                if (BreakerBoard.Parse(name) is { } breaker) return new ControlRequest.Resume(breaker);
                wrong = $"'{ForeignText.Clean(name, 40)}' is no breaker; there are {string.Join(", ", Enum.GetValues<Breaker>().Select(known => Label.Of(known)))}";
                return null;
            default:
                wrong = $"'{ForeignText.Clean(verb, 40)}' is no verb; there are status, halt, resume, drain, adopt-nonce";
                return null;
        }
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static void Write(Utf8JsonWriter json, SenderStatus status)
    {
        json.WriteString("key", status.Key.ToString());
        json.WriteString("halted", status.Halted);
        json.WriteBoolean("draining", status.IsDraining);
        if (status.Head is { } head)
        {
            json.WriteNumber("block", head.Number);
            json.WriteNumber("blockTime", head.Timestamp);
        }
        json.WriteNumber("nextNonce", status.NextNonce);
        if (status.ChainNonce is { } count) json.WriteNumber("chainNonce", count);
        json.WriteString("balanceWei", status.Balance?.ToString());
        json.WriteString("minBalanceWei", status.MinBalance.ToString());
        json.WriteString("spentInHourWei", status.SpentInHour.ToString());
        json.WriteString("openAtWorstWei", status.Open.ToString());
        json.WriteString("limitOfHourWei", status.LimitOfHour.ToString());
        json.WriteString("spentEverWei", status.SpentEver.ToString());
        if (status.LimitOfKey is { } ever) json.WriteString("limitOfKeyWei", ever.ToString());
        json.WriteStartArray("breakers");
        foreach (var breaker in status.Breakers) Write(json, breaker);
        json.WriteEndArray();
        json.WriteStartArray("slots");
        foreach (var slot in status.Slots) Write(json, slot);
        json.WriteEndArray();
        json.WriteNumber("settled", status.Settled.Count);
    }

    private static void Write(Utf8JsonWriter json, BreakerStatus breaker)
    {
        json.WriteStartObject();
        json.WriteString("breaker", Label.Of(breaker.Breaker));
        json.WriteBoolean("open", breaker.Open is not null);
        json.WriteBoolean("needsPerson", breaker.NeedsPerson);
        if (breaker.Open is { } open)
        {
            if (open.Protocol is { } protocol) json.WriteString("protocol", protocol);
            json.WriteString("reason", open.Reason);
            json.WriteNumber("since", open.Since);
            json.WriteBoolean("manual", open.IsManual);
            if (breaker.ResumesAt is { } at) json.WriteNumber("resumesAt", at);
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SlotStatus slot)
    {
        json.WriteStartObject();
        json.WriteNumber("nonce", slot.Nonce);
        json.WriteString("state", Label.Of(slot.State));
        json.WriteString("hash", slot.Hash.ToString());
        json.WriteNumber("attempts", slot.Attempts);
        json.WriteBoolean("cancel", slot.IsCancel);
        json.WriteString("maxFeePerGasWei", slot.Fees.MaxFeePerGas.ToString());
        json.WriteString("maxPriorityFeePerGasWei", slot.Fees.MaxPriorityFeePerGas.ToString());
        json.WriteNumber("ageSeconds", slot.AgeSeconds);
        if (slot.MinedIn is { } block) json.WriteNumber("minedIn", block);
        json.WriteStartArray("accounts");
        foreach (var account in slot.Accounts) json.WriteStringValue(account);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static byte[] Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
