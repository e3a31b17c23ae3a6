using System.Globalization;
using System.Numerics;
using System.Text.Unicode;
using Keeper.Core.Chain.Nodes;
using Nethereum.Hex.HexTypes;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Newtonsoft.Json.Serialization;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>Newtonsoft.Json without its guesses: text that looks like a date stays text, a number where hex belongs is no quantity, depth is bounded.</summary>
internal static class StrictJson
{
    /// <summary>That of the first reader, in <see cref="Parse"/>, is lower.</summary>
    private const int MaxDepth = 128;

    private static readonly JsonSerializer Serializer = JsonSerializer.Create(new()
    {
        NullValueHandling = NullValueHandling.Ignore,
        MissingMemberHandling = MissingMemberHandling.Ignore,
        ContractResolver = new QuantityResolver(),
        DateParseHandling = DateParseHandling.None,
        FloatParseHandling = FloatParseHandling.Decimal,
        TypeNameHandling = TypeNameHandling.None,
        MetadataPropertyHandling = MetadataPropertyHandling.Ignore,
        MaxDepth = MaxDepth,
        Culture = CultureInfo.InvariantCulture,
    });

    public static ReadOnlyMemory<byte> Write(object value)
    {
        using var stream = new MemoryStream(512);
        using (var writer = new StreamWriter(stream, leaveOpen: true)) // UTF-8 without a mark
        using (var json = new JsonTextWriter(writer)) Serializer.Serialize(json, value);
        return stream.GetBuffer().AsMemory(0, (int)stream.Length);
    }

    /// <exception cref="MalformedAnswerException">Not one whole JSON value.</exception>
    public static JToken Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            RequireJson(utf8.Span);
            using var reader = new StreamReader(new MemoryStream(utf8.ToArray(), writable: false));
            using var json = new JsonTextReader(reader) { DateParseHandling = DateParseHandling.None, FloatParseHandling = FloatParseHandling.Decimal, MaxDepth = MaxDepth };
            var token = JToken.ReadFrom(json);
            while (json.Read()) { } // throws on anything that follows but comments
            return token;
        }
        catch (Exception error) when (error is JsonException or System.Text.Json.JsonException or OverflowException or FormatException)
        {
            throw new MalformedAnswerException("the answer is not JSON");
        }
    }

    /// <summary>Newtonsoft.Json takes more for JSON than RFC 8259: comments, names without quotes, octal numbers, NaN, broken UTF-8.</summary>
    private static void RequireJson(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8)) throw new MalformedAnswerException("the answer is not UTF-8");
        var reader = new System.Text.Json.Utf8JsonReader(utf8);
        while (reader.Read()) { }
    }

    /// <summary>An object or a list of an answer; null for JSON's null. What the keeper reads of it is left in the token, the rest taken out.</summary>
    /// <exception cref="MalformedAnswerException">The value has another shape.</exception>
    public static T? To<T>(JToken token)
    {
        if (token.Type == JTokenType.Null) return default;
        if (token is not JContainer answer) throw new MalformedAnswerException("an object or a list is expected");
        Answers.KeepOwn(answer);
        return Whole<T>(answer);
    }

    /// <summary>With all its members.</summary>
    /// <exception cref="MalformedAnswerException">The value has another shape.</exception>
    public static T Whole<T>(JContainer token)
    {
        try
        {
            return token.ToObject<T>(Serializer)!;
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException or ArgumentException or InvalidCastException)
        {
            throw new MalformedAnswerException("the answer has another shape than the specification's");
        }
    }

    private sealed class QuantityResolver : DefaultContractResolver
    {
        protected override JsonConverter ResolveContractConverter(Type objectType) =>
            objectType == typeof(HexBigInteger) ? new QuantityConverter()
            : objectType == typeof(decimal) ? new ShareConverter()
            : objectType == typeof(bool) ? new FlagConverter()
            : base.ResolveContractConverter(objectType)!;
    }

    /// <summary>The library reads a number without 0x as hex, and a JSON number as itself. Here both become a quantity that no reader accepts, so that they harm only where they are needed.</summary>
    private sealed class QuantityConverter : JsonConverter
    {
        private const string Invalid = "?";

        public override bool CanConvert(Type objectType) => objectType == typeof(HexBigInteger);

        public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer)
        {
            if (reader.TokenType == JsonToken.Null) return null;
            if (reader.Value is string text && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) return new HexBigInteger("0x" + text[2..]); // a capital X it would not read
            reader.Skip();
            return new HexBigInteger(Invalid);
        }

        public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer) => writer.WriteValue(((HexBigInteger?)value)?.HexValue);
    }

    /// <summary>A JSON number; the library would take text for one.</summary>
    private sealed class ShareConverter : JsonConverter
    {
        public override bool CanConvert(Type objectType) => objectType == typeof(decimal);

        public override object ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer) =>
            reader.Value is BigInteger large ? (decimal)large : reader.TokenType is JsonToken.Float or JsonToken.Integer ? Convert.ToDecimal(reader.Value, CultureInfo.InvariantCulture) : throw new JsonSerializationException("A number is expected.");

        public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer) => writer.WriteValue((decimal)value!);
    }

    /// <summary>True or false; the library would take text and numbers for one.</summary>
    private sealed class FlagConverter : JsonConverter
    {
        public override bool CanConvert(Type objectType) => objectType == typeof(bool);

        public override object ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer) =>
            reader.TokenType == JsonToken.Null ? false : reader.Value is bool flag ? flag : throw new JsonSerializationException("True or false is expected.");

        public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer) => writer.WriteValue((bool)value!);
    }
}
