using System.Text.Json;

namespace Keeper.Conformance.Chain.Fuzz;

/// <summary>Where the parts of a JSON text stand, so that one can be changed and the rest stays as it was written.</summary>
internal sealed class JsonSpans
{
    private JsonSpans() { }

    /// <summary>Every value, those in others too.</summary>
    public List<Range> Values { get; } = [];

    /// <summary>Strings that are values.</summary>
    public List<Range> Texts { get; } = [];

    /// <summary>Names with their quotes, and the whole member from its name on.</summary>
    public List<(Range Name, Range Member)> Members { get; } = [];

    /// <summary>Items of each array.</summary>
    public List<List<Range>> Arrays { get; } = [];

    /// <summary>Between two tokens.</summary>
    public List<int> Gaps { get; } = [];

    /// <summary>An object has a name twice.</summary>
    public bool HasTwins { get; private set; }

    /// <summary>Null where the text is no JSON.</summary>
    public static JsonSpans? Of(byte[] json)
    {
        try
        {
            var spans = new JsonSpans();
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
            reader.Read();
            spans.Value(ref reader);
            while (reader.Read()) { }
            return spans;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Range Value(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        Gaps.Add(start);
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            var names = new HashSet<string>();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = (int)reader.TokenStartIndex..((int)reader.TokenStartIndex + reader.ValueSpan.Length + 2);
                Gaps.Add(name.Start.Value);
                HasTwins |= !names.Add(Unescaped(ref reader));
                reader.Read();
                Members.Add((name, name.Start.Value..Value(ref reader).End.Value));
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            var items = new List<Range>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Value(ref reader));
            Arrays.Add(items);
        }
        var value = start..(int)reader.BytesConsumed;
        if (reader.TokenType == JsonTokenType.String) Texts.Add(value);
        Gaps.Add(value.End.Value);
        Values.Add(value);
        return value;
    }

    private static string Unescaped(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "half a surrogate";
        }
    }
}
