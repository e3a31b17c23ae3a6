using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Keeper.Host.Ledger;

/// <summary>One JSON object a line; what is not known is null.</summary>
internal static class JsonLinesExport
{
    // Details of reverts are full of quotes and angle brackets; no line of this goes into a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write<T>(TextWriter writer, IReadOnlyList<ExportField<T>> fields, IEnumerable<T> rows)
    {
        foreach (var row in rows) writer.Write(Line(fields, row) + "\n");
    }

    private static string Line<T>(IReadOnlyList<ExportField<T>> fields, T row)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            foreach (var field in fields)
            {
                json.WritePropertyName(field.Name);
                if (field.Json is { } write) write(json, row);
                else if (field.Value(row) is not { } value) json.WriteNullValue();
                else if (field.Form == FieldForm.Number) json.WriteRawValue(value);
                else json.WriteStringValue(value);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
