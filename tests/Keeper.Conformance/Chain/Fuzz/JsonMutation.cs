using System.Text;

namespace Keeper.Conformance.Chain.Fuzz;

/// <summary>Spoils JSON text in the ways in which answers go wrong: parts that are missing, doubled or of another type, numbers and hex at their edges, and text that is almost JSON.</summary>
internal static class JsonMutation
{
    private static readonly string[] Replacements =
    [
        "null", "true", "false", "0", "1", "-1", "-0", "1.0", "1e0", "1e3", "01", "0x1", "1e400", "9223372036854775808", "18446744073709551616", "1e-40", "0.5", "\"\"", "\" \"", "\"0\"", "\"1\"", "\"0x\"", "\"0X1\"", "\"0x0\"", "\"0x1\"",
        "\"1\"", "\"-0x1\"", "\"0x-1\"", "\"0xffffffffffffffff\"", "\"0x10000000000000000\"", "\"0x00000000000000000000000000000001\"", "\"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"",
        "\"0x10000000000000000000000000000000000000000000000000000000000000000\"", "\"0xg\"", "\"true\"", "\"null\"", "\"2020-01-01T00:00:00Z\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}", "[null]", "[[]]", "[\"0x1\"]", "{\"a\":1}",
        "NaN", "Infinity", "undefined", "'0x1'", "0x1f", "017", "{\"$ref\":\"1\"}", "{\"$id\":\"1\"}", "{\"$type\":\"System.Object\"}", "{\"$values\":[]}", "new Date(1)", "/**/1", "1 // x\n",
    ];

    private static readonly string[] Blanks = [" ", "\n", "\t", "\r\n", "   ", "\f", "\u00a0", "/* */", "//\n", ",", "\0"];

    private static readonly string[] Ends = ["", " ", "\n", "x", "{}", "null", ",", "]", "}", "\0", "// x", "/* x */"];

    /// <summary>The same for the same random numbers.</summary>
    public static byte[] Of(byte[] json, Random random)
    {
        var steps = 1 + random.Next(3);
        for (var i = 0; i < steps; i++)
        {
            if (JsonSpans.Of(json) is not { } spans) return json;
            json = Step(json, spans, random);
        }
        return json;
    }

    private static byte[] Step(byte[] json, JsonSpans spans, Random random) => random.Next(16) switch
    {
        0 or 1 or 2 when spans.Members.Count > 0 => Drop(json, Pick(spans.Members, random).Member),
        3 or 4 when spans.Members.Count > 0 => Double(json, Pick(spans.Members, random), random),
        5 or 6 when spans.Members.Count > 0 => Replace(json, Pick(spans.Members, random).Name, Renamed(json, Pick(spans.Members, random).Name, random)),
        7 or 8 or 9 => Replace(json, Pick(spans.Values, random), Encoding.UTF8.GetBytes(Value(random))),
        10 or 11 or 12 when spans.Texts.Count > 0 => Text(json, Pick(spans.Texts, random), random),
        13 => Insert(json, Pick(spans.Gaps, random), Encoding.UTF8.GetBytes(Pick(Blanks, random))),
        14 when spans.Arrays.Count > 0 => Items(json, Pick(spans.Arrays, random), random),
        _ => Whole(json, random),
    };

    private static string Value(Random random) => random.Next(12) switch
    {
        0 => new string('[', 70) + new string(']', 70),
        1 => string.Concat(Enumerable.Repeat("{\"a\":", 62)) + "1" + new string('}', 62),
        2 => "\"0x" + new string('0', 5_000) + "1\"",
        _ => Pick(Replacements, random),
    };

    /// <summary>With the comma beside it.</summary>
    private static byte[] Drop(byte[] json, Range part)
    {
        var (start, end) = (part.Start.Value, part.End.Value);
        if (end < json.Length && json[end] == ',') end++;
        else if (start > 0 && json[start - 1] == ',') start--;
        return Replace(json, start..end, []);
    }

    private static byte[] Double(byte[] json, (Range Name, Range Member) member, Random random)
    {
        var twin = random.Next(3) == 0 ? json[member.Member] : [.. json[member.Name], (byte)':', .. Encoding.UTF8.GetBytes(Value(random))];
        return random.Next(2) == 0 ? Insert(json, member.Member.Start.Value, [.. twin, (byte)',']) : Insert(json, member.Member.End.Value, [(byte)',', .. twin]);
    }

    private static byte[] Renamed(byte[] json, Range name, Random random)
    {
        var text = Encoding.UTF8.GetString(json[name])[1..^1];
        var at = random.Next(Math.Max(1, text.Length));
        return Encoding.UTF8.GetBytes("\"" + random.Next(6) switch
        {
            0 => text.ToUpperInvariant(),
            1 => text.Length == 0 ? "x" : char.ToUpperInvariant(text[0]) + text[1..],
            2 when text.Length > 0 => text[..at] + $"\\u{(int)text[at]:x4}" + text[(at + 1)..],
            3 => "$" + text,
            4 => "",
            _ => text + "_",
        } + "\"");
    }

    private static byte[] Text(byte[] json, Range part, Random random)
    {
        var text = Encoding.UTF8.GetString(json[part])[1..^1];
        var at = random.Next(text.Length + 1);
        var changed = random.Next(14) switch
        {
            0 => text[..at],
            1 => text + "0",
            2 => text + "00",
            3 => text.ToUpperInvariant(),
            4 when text.StartsWith("0x", StringComparison.Ordinal) => "0X" + text[2..],
            5 when text.StartsWith("0x", StringComparison.Ordinal) => text[2..],
            6 when at < text.Length && !text.Contains('\\', StringComparison.Ordinal) => text[..at] + $"\\u{(int)text[at]:x4}" + text[(at + 1)..],
            7 => text[..at] + "g" + text[at..],
            8 => text[..at] + " " + text[at..],
            9 when text.StartsWith("0x", StringComparison.Ordinal) => "0x00" + text[2..],
            10 when text.StartsWith("0x", StringComparison.Ordinal) => "0x" + new string('0', 64) + text[2..],
            11 => text[..at] + "\\n" + text[at..],
            12 => text[..at] + "é\ud83d\ude00" + text[at..],
            _ => text.Length > 2 ? text[..^1] : text + "\\u0000",
        };
        return Replace(json, part, Encoding.UTF8.GetBytes("\"" + changed + "\""));
    }

    private static byte[] Items(byte[] json, List<Range> items, Random random)
    {
        if (items.Count == 0) return json;
        var one = Pick(items, random);
        if (random.Next(4) == 0) return Drop(json, one);
        if (items.Count > 1 && random.Next(2) == 0)
        {
            var (first, second) = (items[0], items[^1]);
            return [.. json[..first.Start], .. json[second], .. json[first.End..second.Start], .. json[first], .. json[second.End..]];
        }
        byte[] added = random.Next(2) == 0 ? json[one] : Encoding.UTF8.GetBytes(Value(random));
        return Insert(json, one.Start.Value, [.. added, (byte)',']);
    }

    private static byte[] Whole(byte[] json, Random random)
    {
        switch (random.Next(6))
        {
            case 0: return json[..random.Next(json.Length + 1)];
            case 1: return [.. json, .. Encoding.UTF8.GetBytes(Pick(Ends, random))];
            case 2: return [0xef, 0xbb, 0xbf, .. json];
            case 3: return [(byte)'[', .. json, (byte)']'];
            default:
                if (json.Length == 0) return json;
                var changed = json.ToArray();
                changed[random.Next(json.Length)] = (byte)random.Next(256);
                return changed;
        }
    }

    private static byte[] Insert(byte[] json, int at, byte[] added) => Replace(json, at..at, added);

    private static byte[] Replace(byte[] json, Range part, byte[] with) => [.. json[..part.Start], .. with, .. json[part.End..]];

    public static T Pick<T>(IReadOnlyList<T> from, Random random) => from[random.Next(from.Count)];
}
