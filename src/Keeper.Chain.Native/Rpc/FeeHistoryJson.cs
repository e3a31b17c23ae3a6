using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Rpc;

/// <summary>The answer to <c>eth_feeHistory</c>.</summary>
internal static class FeeHistoryJson
{
    public static FeeHistory Read(ref Utf8JsonReader reader)
    {
        Wire.Expect(ref reader, JsonTokenType.StartObject);
        ulong? oldest = null;
        IReadOnlyList<Wei>? baseFees = null;
        IReadOnlyList<double>? ratios = null;
        IReadOnlyList<IReadOnlyList<Wei>> rewards = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("oldestBlock"u8)) { reader.Read(); oldest = Wire.Quantity(ref reader); }
            else if (reader.ValueTextEquals("baseFeePerGas"u8)) { reader.Read(); baseFees = Many(ref reader, Wire.Wei); }
            else if (reader.ValueTextEquals("gasUsedRatio"u8)) { reader.Read(); ratios = Many(ref reader, static (ref Utf8JsonReader r) => r.GetDouble()); }
            else if (reader.ValueTextEquals("reward"u8))
            {
                reader.Read();
                rewards = Wire.IsNull(ref reader) ? [] : Many(ref reader, static (ref Utf8JsonReader r) => Many(ref r, Wire.Wei));
            }
            else { reader.Read(); reader.Skip(); }
        }
        if (oldest is null || baseFees is null || ratios is null) throw new MalformedAnswerException("a fee history lacks a field");
        return new FeeHistory(oldest.Value, baseFees, ratios, rewards).Fitting();
    }

    private static IReadOnlyList<T> Many<T>(ref Utf8JsonReader reader, ResultReader<T> read)
    {
        Wire.Expect(ref reader, JsonTokenType.StartArray);
        var items = new List<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(read(ref reader));
        return items;
    }
}
