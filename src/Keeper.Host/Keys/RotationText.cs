using System.Buffers;
using System.Text;
using System.Text.Json;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;

namespace Keeper.Host.Keys;

/// <summary>A <see cref="RotationReport"/> for people, and for programs.</summary>
internal static class RotationText
{
    public static void Write(TextWriter output, RotationReport report)
    {
        output.WriteLine($"old key  {AddressChecksum.Format(report.Old)}, {(report.Open.Count == 0 ? "nothing of it is open" : "still at work")}");
        foreach (var open in report.Open) output.WriteLine($"  {ForeignText.Clean(open, 500)}");
        if (report.New is { } next)
            output.WriteLine($"new key  {AddressChecksum.Format(next)}{(report.NewKeystore is { } file ? $", {(report.IsMade ? "made in" : "taken from")} {file}" : ", held elsewhere")}");
        foreach (var note in report.Notes) output.WriteLine($"note     {note}");
        foreach (var transaction in report.Transactions) UnsignedText.Write(output, transaction);
        output.WriteLine();
        output.WriteLine(Next(report));
    }

    public static string Json(RotationReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("state", Label.Of(report.State));
            json.WriteString("old", AddressChecksum.Format(report.Old));
            Strings(json, "open", report.Open);
            if (report.New is { } next) json.WriteString("new", AddressChecksum.Format(next));
            if (report.NewKeystore is { } file) json.WriteString("keystore", file);
            json.WriteBoolean("made", report.IsMade);
            json.WriteStartArray("transactions");
            foreach (var transaction in report.Transactions) UnsignedText.Write(json, transaction);
            json.WriteEndArray();
            Strings(json, "notes", report.Notes);
            json.WriteString("next", Next(report));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Next(RotationReport report) => report.State switch
    {
        RotationState.Drain => "Next: wait until nothing of the old key is open, and run this again. A keeper at work was told to take nothing new (`keeper ctl resume` takes that back). Nothing was made.",
        RotationState.Owner => "Next: the executor's owner signs and sends setOperator; the keeper of the old key stays drained or stopped. Then run this again.",
        RotationState.Configuration => $"Next: stop the keeper, put {Setting(report)} into the configuration, send the new key coin for gas, prove it with `keeper check`, and start the keeper.",
        _ => "Done: the configuration names the key that the executor obeys.",
    };

    private static string Setting(RotationReport report) =>
        report.NewKeystore is { } file ? $"key.keystore {file} with its key.password" : $"key.remote.address {AddressChecksum.Format(report.New!.Value)}";

    private static void Strings(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(ForeignText.Clean(text, 500));
        json.WriteEndArray();
    }
}
