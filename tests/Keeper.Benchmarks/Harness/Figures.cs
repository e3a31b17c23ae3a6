using System.Text.Json;

namespace Keeper.Benchmarks.Harness;

/// <summary>What was measured, by id, and what could not be.</summary>
internal sealed class Figures
{
    private readonly SortedDictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];

    public IReadOnlyDictionary<string, double> Values => _values;
    public IReadOnlyList<string> Notes => _notes;

    public void Set(string id, double value) => _values[id] = value;

    /// <summary>Both must have been measured in this run.</summary>
    public void SetRatio(string id, string numerator, string denominator) => Set(id, _values[numerator] / _values[denominator]);

    public void Note(string text) => _notes.Add(text);

    /// <summary>One line.</summary>
    public string ToJson(string name) => JsonSerializer.Serialize(new { name, machine = Machine.Current, notes = _notes, figures = _values.ToDictionary(figure => figure.Key, figure => Round(figure.Value)) }, Json);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Four significant digits: no figure here is worth more.</summary>
    private static double Round(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value;
        var digits = Math.Max(0, 3 - (int)Math.Floor(Math.Log10(Math.Abs(value))));
        return Math.Round(value, Math.Min(digits, 15));
    }
}
