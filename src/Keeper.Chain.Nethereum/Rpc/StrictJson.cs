using System.Globalization;
using Keeper.Core.Chain.Nodes;
using Nethereum.Hex.HexTypes;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Newtonsoft.Json.Serialization;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>Newtonsoft.Json without its guesses: text that looks like a date stays text, a number where hex belongs is no quantity, depth is bounded.</summary>
internal static class StrictJson
{
    private const int MaxDepth = 64;

    private static readonly JsonSerializer Serializer = JsonSerializer.Create(new()
    {
        NullValueHandling = NullValueHandling.Ignore,
        MissingMemberHandling = MissingMemberHandling.Ignore,
        ContractResolver = new QuantityResolver(),
        DateParseHandling = DateParseHandling.None,
        FloatParseHandling = FloatParseHandling.Decimal,
        TypeNameHandling = TypeNameHandling.None,
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
            using var reader = new StreamReader(new MemoryStream(utf8.ToArray(), writable: false));
            using var json = new JsonTextReader(reader) { DateParseHandling = DateParseHandling.None, FloatParseHandling = FloatParseHandling.Decimal, MaxDepth = MaxDepth };
            var token = JToken.ReadFrom(json);
            while (json.Read()) { } // throws on anything that follows but comments
            return token;
        }
        catch (Exception error) when (error is JsonException or OverflowException or FormatException)
        {
            throw new MalformedAnswerException("the answer is not JSON");
        }
    }

    /// <summary>Null for JSON's null.</summary>
    /// <exception cref="MalformedAnswerException">The value has another shape.</exception>
    public static T? To<T>(JToken token)
    {
        try
        {
            return token.Type == JTokenType.Null ? default : token.ToObject<T>(Serializer);
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException or ArgumentException or InvalidCastException)
        {
            throw new MalformedAnswerException("the answer has another shape than the specification's");
        }
    }

    private sealed class QuantityResolver : DefaultContractResolver
    {
        protected override JsonConverter ResolveContractConverter(Type objectType) =>
            objectType == typeof(HexBigInteger) ? new QuantityConverter() : objectType == typeof(decimal) ? new ShareConverter() : base.ResolveContractConverter(objectType)!;
    }

    /// <summary>The library reads a number without 0x as hex, and a JSON number as itself. Here both become a quantity that no reader accepts, so that they harm only where they are needed.</summary>
    private sealed class QuantityConverter : JsonConverter
    {
        private const string Invalid = "?";

        public override bool CanConvert(Type objectType) => objectType == typeof(HexBigInteger);

        public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer)
        {
            if (reader.TokenType == JsonToken.Null) return null;
            if (reader.Value is string text && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) return new HexBigInteger(text);
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
            reader.TokenType is JsonToken.Float or JsonToken.Integer ? Convert.ToDecimal(reader.Value, CultureInfo.InvariantCulture) : throw new JsonSerializationException("A number is expected.");

        public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer) => writer.WriteValue((decimal)value!);
    }
}
