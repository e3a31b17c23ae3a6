namespace Keeper.Host.Ledger;

/// <summary>RFC 4180: a line of names, CRLF behind each line, quotes where a cell needs them.</summary>
internal static class CsvExport
{
    private const string LineEnd = "\r\n";

    public static void Write<T>(TextWriter writer, IReadOnlyList<ExportField<T>> fields, IEnumerable<T> rows)
    {
        writer.Write(string.Join(',', fields.Select(field => field.Name)) + LineEnd);
        foreach (var row in rows) writer.Write(string.Join(',', fields.Select(field => Cell(field.Form, field.Value(row)))) + LineEnd);
    }

    private static string Cell(FieldForm form, string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        var text = form == FieldForm.Foreign ? Harmless(value) : value;
        return text.AsSpan().IndexOfAny(",\"\r\n ") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    // A spreadsheet takes a cell that begins so for a formula and runs it; behind an apostrophe it is text.
    private static string Harmless(string text) => text[0] is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\t' or '\r' or '\n' ? "'" + text : text;
}
