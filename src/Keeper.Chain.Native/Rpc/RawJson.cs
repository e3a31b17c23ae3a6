using System.Text.Json;
using System.Text.Json.Serialization;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Rpc;

/// <summary>How <see cref="JsonRpcClient"/> writes the primitives; they are never read this way.</summary>
internal static class RawJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters =
        {
            new AsText<Address>(address => address.ToString()),
            new AsText<Hash32>(hash => hash.ToString()),
            new AsText<UInt256>(value => value.ToString("x", null)),
            new AsText<Wei>(wei => wei.Value.ToString("x", null)),
            new AsText<Gas>(gas => Wire.Quantity(gas.Value)),
            new AsText<byte[]>(bytes => Hex.Encode(bytes)),
            new AsText<ReadOnlyMemory<byte>>(bytes => Hex.Encode(bytes.Span)),
        },
    };

    private sealed class AsText<T>(Func<T, string> format) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Parameters are only written.");
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(format(value));
    }
}
