using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Telemetry;

namespace Keeper.Host.Ledger;

/// <summary>One JSON object a line; outcomes are an array of objects, and what is not known is null.</summary>
internal static class JsonLinesExport
{
    // Details of reverts are full of quotes and angle brackets; no line of this goes into a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(TextWriter writer, IEnumerable<SettledTransaction> rows)
    {
        foreach (var row in rows) writer.Write(Line(row) + "\n");
    }

    private static string Line(SettledTransaction row)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            foreach (var field in ExportField.All)
            {
                json.WritePropertyName(field.Name);
                if (field.Name == ExportField.OutcomesName) Write(json, row.Settled.Outcomes);
                else if (field.Value(row) is not { } value) json.WriteNullValue();
                else if (field.Form == ExportField.Kind.Number) json.WriteRawValue(value);
                else json.WriteStringValue(value);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<AccountOutcome> outcomes)
    {
        json.WriteStartArray();
        foreach (var (account, outcome, detail, _) in outcomes)
        {
            json.WriteStartObject();
            json.WriteString("account", ForeignText.Clean(account));
            json.WriteString("outcome", Label.Of(outcome));
            json.WriteString("detail", detail is null ? null : ForeignText.Clean(detail));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
