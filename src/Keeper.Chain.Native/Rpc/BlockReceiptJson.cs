using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Nodes;

namespace Keeper.Chain.Native.Rpc;

/// <summary>All receipts of a block, with what its trie is made of.</summary>
internal static class BlockReceiptJson
{
    /// <summary>Null where the node answers null: it has no such block.</summary>
    public static IReadOnlyList<BlockReceipt>? ReadOptional(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        Wire.Expect(ref reader, JsonTokenType.StartArray);
        var receipts = new List<BlockReceipt>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) receipts.Add(Read(ref reader));
        return receipts;
    }

    private static BlockReceipt Read(ref Utf8JsonReader reader)
    {
        Wire.Expect(ref reader, JsonTokenType.StartObject);
        ulong? type = null, status = null, cumulativeGas = null, depositNonce = null, depositVersion = null;
        List<Log>? logs = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8)) type = NextOrNull(ref reader);
            else if (reader.ValueTextEquals("status"u8)) status = NextOrNull(ref reader);
            else if (reader.ValueTextEquals("cumulativeGasUsed"u8)) cumulativeGas = NextOrNull(ref reader);
            else if (reader.ValueTextEquals("depositNonce"u8)) depositNonce = NextOrNull(ref reader);
            else if (reader.ValueTextEquals("depositReceiptVersion"u8)) depositVersion = NextOrNull(ref reader);
            else if (reader.ValueTextEquals("logs"u8)) { reader.Read(); logs = LogJson.ReadMany(ref reader); }
            else { reader.Read(); reader.Skip(); }
        }
        // Nodes leave the type of a legacy transaction out; where it is another's, the root shows it.
        if (status is null or > 1 || cumulativeGas is null || logs is null || type > byte.MaxValue) throw new MalformedAnswerException("a receipt of a block lacks a field");
        return new BlockReceipt((byte)(type ?? 0), status == 1, cumulativeGas.Value, logs, depositNonce, depositVersion);
    }

    private static ulong? NextOrNull(ref Utf8JsonReader reader)
    {
        reader.Read();
        return Wire.IsNull(ref reader) ? null : Wire.Quantity(ref reader);
    }
}
