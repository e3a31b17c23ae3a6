using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Rpc;

/// <summary>Transaction receipts.</summary>
internal static class ReceiptJson
{
    public static Receipt? ReadOptional(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        Wire.Expect(ref reader, JsonTokenType.StartObject);
        Hash32? hash = null, blockHash = null;
        ulong? blockNumber = null, status = null;
        Gas? gasUsed = null;
        var price = Wei.Zero; // some chains without EIP-1559 leave it out
        Wei? l1Fee = null; // only rollups have it
        Address? contract = null;
        List<Log>? logs = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("transactionHash"u8)) { reader.Read(); hash = Wire.Hash(ref reader); }
            else if (reader.ValueTextEquals("blockHash"u8)) { reader.Read(); blockHash = Wire.IsNull(ref reader) ? null : Wire.Hash(ref reader); }
            else if (reader.ValueTextEquals("blockNumber"u8)) { reader.Read(); blockNumber = Wire.IsNull(ref reader) ? null : Wire.Quantity(ref reader); }
            else if (reader.ValueTextEquals("status"u8)) { reader.Read(); status = Wire.Quantity(ref reader); }
            else if (reader.ValueTextEquals("gasUsed"u8)) { reader.Read(); gasUsed = Wire.Gas(ref reader); }
            else if (reader.ValueTextEquals("effectiveGasPrice"u8)) { reader.Read(); price = Wire.IsNull(ref reader) ? Wei.Zero : Wire.Wei(ref reader); }
            else if (reader.ValueTextEquals("l1Fee"u8)) { reader.Read(); l1Fee = Wire.IsNull(ref reader) ? null : Wire.Wei(ref reader); }
            else if (reader.ValueTextEquals("contractAddress"u8)) { reader.Read(); contract = Wire.IsNull(ref reader) ? null : Wire.Address(ref reader); }
            else if (reader.ValueTextEquals("logs"u8)) { reader.Read(); logs = LogJson.ReadMany(ref reader); }
            else { reader.Read(); reader.Skip(); }
        }
        // A receipt without a block is of a pending transaction: there is none yet.
        if (blockHash is null && blockNumber is null) return null;
        if (hash is null || blockHash is null || blockNumber is null || status is null or > 1 || gasUsed is null || logs is null) throw new MalformedAnswerException("a receipt lacks a field");
        return new Receipt(hash.Value, blockNumber.Value, blockHash.Value, status == 1, gasUsed.Value, price, contract, logs, l1Fee);
    }
}
