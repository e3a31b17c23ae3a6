using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Rpc;

/// <summary>Parameters as the JSON-RPC specification encodes them.</summary>
internal static class ParameterJson
{
    /// <summary>A hash goes as an object (EIP-1898), with the demand that the block be canonical.</summary>
    public static void WriteBlock(this Utf8JsonWriter json, BlockId block)
    {
        switch (block)
        {
            case BlockId.ByHash(var hash):
                json.WriteStartObject();
                json.WriteString("blockHash"u8, hash.ToString());
                json.WriteBoolean("requireCanonical"u8, true);
                json.WriteEndObject();
                break;
            case BlockId.ByNumber(var number):
                json.WriteStringValue(Wire.Quantity(number));
                break;
            case BlockId.Tagged(var tag):
                json.WriteStringValue(tag.ToString().ToLowerInvariant());
                break;
        }
    }

    public static void WriteCall(this Utf8JsonWriter json, CallRequest call)
    {
        json.WriteStartObject();
        if (call.From is { } from) json.WriteString("from"u8, from.ToString());
        if (call.To is { } to) json.WriteString("to"u8, to.ToString());
        json.WriteString("data"u8, Hex.Encode(call.Data.Span));
        if (call.GasLimit is { } gas) json.WriteString("gas"u8, Wire.Quantity(gas.Value));
        if (call.MaxFeePerGas is { } feeCap) json.WriteString("maxFeePerGas"u8, feeCap.Value.ToString("x", null));
        if (call.MaxPriorityFeePerGas is { } tip) json.WriteString("maxPriorityFeePerGas"u8, tip.Value.ToString("x", null));
        json.WriteEndObject();
    }

    /// <summary>The address and topic members of a filter object that the caller has opened.</summary>
    public static void WriteQuery(this Utf8JsonWriter json, LogQuery query)
    {
        json.WriteStartArray("address"u8);
        foreach (var address in query.Addresses) json.WriteStringValue(address.ToString());
        json.WriteEndArray();
        json.WriteStartArray("topics"u8);
        json.WriteTopics(query.Topics);
        if (query.Subjects is { } subjects) json.WriteTopics(subjects);
        json.WriteEndArray();
    }

    private static void WriteTopics(this Utf8JsonWriter json, IEnumerable<Hash32> topics)
    {
        json.WriteStartArray();
        foreach (var topic in topics) json.WriteStringValue(topic.ToString());
        json.WriteEndArray();
    }
}
