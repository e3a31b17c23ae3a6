using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;

namespace Keeper.Journal;

/// <summary>
/// The text of an entry as it is stored: a kind and a JSON object with the entry's own names in camel case, bytes as 0x hex,
/// 256-bit numbers as decimal strings. Names and forms are a stored format: a golden test pins them.
/// </summary>
internal static class JournalJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutWhatIsNotKnown } },
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new TextConverter<Address>(Address.Parse, value => value.ToString()),
            new TextConverter<Hash32>(Hash32.Parse, value => value.ToString()),
            new TextConverter<ReadOnlyMemory<byte>>(text => Hex.Decode(text), value => Hex.Encode(value.Span)),
            new TextConverter<UInt256>(UInt256.Parse, value => value.ToString()),
            new TextConverter<Wei>(text => new(UInt256.Parse(text)), value => value.Value.ToString()),
            new TextConverter<Usd>(text => new(ParseSigned(text)), value => value.Value.ToString()),
            new GasConverter(),
        },
    };

    /// <summary>For files that a newer keeper wrote and that this one may read: it leaves out what it does not know.</summary>
    private static readonly JsonSerializerOptions Lenient = new(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    public static string Kind(JournalEntry entry) => entry switch
    {
        JournalEntry.Intended => "intended",
        JournalEntry.Signed => "signed",
        JournalEntry.Broadcast => "broadcast",
        JournalEntry.Mined => "mined",
        JournalEntry.Settled => "settled",
        JournalEntry.Abandoned => "abandoned",
        JournalEntry.BreakerChanged => "breakerChanged",
        JournalEntry.Adopted => "adopted",
        JournalEntry.Missed => "missed",
        _ => throw new JournalException($"The journal has no form for {entry.GetType().Name}."),
    };

    /// <summary>Appends the body in UTF-8.</summary>
    public static void Write(JournalEntry entry, IBufferWriter<byte> body)
    {
        using var writer = new Utf8JsonWriter(body);
        JsonSerializer.Serialize(writer, entry, entry.GetType(), Options);
    }

    /// <exception cref="JournalException">The kind is unknown, or the body is not exactly an entry of that kind.</exception>
    public static JournalEntry Read(long sequence, string kind, string body) => Read(sequence, kind, body, Options)
        ?? throw new JournalException($"Record {sequence} is of the unknown kind '{kind}': a newer keeper may have written it.");

    /// <summary>An entry of a file that a newer keeper wrote, and whether there is more in it than this one knows.</summary>
    /// <exception cref="JournalException">The body is not an entry of that kind, even without what is unknown in it.</exception>
    public static (JournalEntry Entry, bool HasMore) ReadNewer(long sequence, string kind, long plan, string body)
    {
        if (Read(sequence, kind, body, Lenient) is not { } entry) return (new JournalEntry.Unknown(kind, plan), false);
        try
        {
            return (Read(sequence, kind, body, Options)!, false);
        }
        catch (JournalException)
        {
            return (entry, true);
        }
    }

    private static JournalEntry? Read(long sequence, string kind, string body, JsonSerializerOptions options)
    {
        try
        {
            return kind switch
            {
                "intended" => Parse<JournalEntry.Intended>(body, options),
                "signed" => Parse<JournalEntry.Signed>(body, options),
                "broadcast" => Parse<JournalEntry.Broadcast>(body, options),
                "mined" => Parse<JournalEntry.Mined>(body, options),
                "settled" => Parse<JournalEntry.Settled>(body, options),
                "abandoned" => Parse<JournalEntry.Abandoned>(body, options),
                "breakerChanged" => Parse<JournalEntry.BreakerChanged>(body, options),
                "adopted" => Parse<JournalEntry.Adopted>(body, options),
                "missed" => Parse<JournalEntry.Missed>(body, options),
                _ => null,
            };
        }
        catch (JsonException exception)
        {
            throw new JournalException($"Record {sequence} is not a well-formed '{kind}': {exception.Message}", exception);
        }
    }

    /// <summary>An optional member that is null is not written: a record without the fact is as short as one of a version without the member.</summary>
    private static void LeaveOutWhatIsNotKnown(JsonTypeInfo type)
    {
        foreach (var member in type.Properties.ToArray())
        {
            if (member.AssociatedParameter is { HasDefaultValue: true }) member.ShouldSerialize = (_, value) => value is not null;
            // Reckoned from the others.
            else if (member is { AssociatedParameter: null, Set: null }) type.Properties.Remove(member);
        }
    }

    private static T Parse<T>(string body, JsonSerializerOptions options) => JsonSerializer.Deserialize<T>(body, options) ?? throw new JsonException("The body is null.");

    private static Int256 ParseSigned(string text) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? (Int256)value : throw new FormatException($"'{text}' is not an integer.");

    private sealed class TextConverter<T>(Func<string, T> parse, Func<T, string> format) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String) throw new JsonException($"A string is expected for {typeof(T).Name}.");
            try
            {
                return parse(reader.GetString()!);
            }
            catch (Exception exception) when (exception is FormatException or OverflowException)
            {
                throw new JsonException(exception.Message, exception);
            }
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(format(value));
    }

    private sealed class GasConverter : JsonConverter<Gas>
    {
        public override Gas Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetUInt64());
        public override void Write(Utf8JsonWriter writer, Gas value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
    }
}
