namespace Keeper.Host.Ledger;

/// <summary>RFC 4180: a line of names, CRLF behind each line, quotes where a cell needs them.</summary>
internal static class CsvExport
{
    private const string LineEnd = "\r\n";

    public static void Write(TextWriter writer, IEnumerable<SettledTransaction> rows)
    {
        writer.Write(string.Join(',', ExportField.All.Select(field => field.Name)) + LineEnd);
        foreach (var row in rows) writer.Write(string.Join(',', ExportField.All.Select(field => Cell(field.Form, field.Value(row)))) + LineEnd);
    }

    internal static string Cell(ExportField.Kind form, string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        var text = form == ExportField.Kind.Foreign ? Harmless(value) : value;
        return text.AsSpan().IndexOfAny(",\"\r\n ") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    // A spreadsheet takes a cell that begins so for a formula and runs it; behind an apostrophe it is text.
    private static string Harmless(string text) => text[0] is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\t' or '\r' or '\n' ? "'" + text : text;
}
