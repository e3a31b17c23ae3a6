using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Rpc;

/// <summary>Log objects, straight from UTF-8.</summary>
internal static class LogJson
{
    public static List<Log> ReadMany(ref Utf8JsonReader reader)
    {
        Wire.Expect(ref reader, JsonTokenType.StartArray);
        var logs = new List<Log>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // A log of a block that is being removed has no place in an answer about the chain.
            logs.Add(Read(ref reader, out var removed));
            if (removed) throw new MalformedAnswerException("a log is marked as removed");
        }
        return logs;
    }

    public static Log Read(ref Utf8JsonReader reader, out bool removed)
    {
        Wire.Expect(ref reader, JsonTokenType.StartObject);
        removed = false;
        Address? address = null;
        byte[]? data = null;
        ulong? blockNumber = null, index = null;
        Hash32? blockHash = null, transaction = null;
        var topicCount = -1;
        Span<Hash32> topics = stackalloc Hash32[4];
        topics.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("address"u8)) { reader.Read(); address = Wire.Address(ref reader); }
            else if (reader.ValueTextEquals("topics"u8)) { reader.Read(); topicCount = ReadTopics(ref reader, topics); }
            else if (reader.ValueTextEquals("data"u8)) { reader.Read(); data = Wire.Data(ref reader); }
            else if (reader.ValueTextEquals("blockNumber"u8)) { reader.Read(); blockNumber = Wire.Quantity(ref reader); }
            else if (reader.ValueTextEquals("blockHash"u8)) { reader.Read(); blockHash = Wire.Hash(ref reader); }
            else if (reader.ValueTextEquals("transactionHash"u8)) { reader.Read(); transaction = Wire.Hash(ref reader); }
            else if (reader.ValueTextEquals("logIndex"u8)) { reader.Read(); index = Wire.Quantity(ref reader); }
            else if (reader.ValueTextEquals("removed"u8)) { reader.Read(); removed = !Wire.IsNull(ref reader) && reader.GetBoolean(); }
            else { reader.Read(); reader.Skip(); }
        }
        if (address is null || data is null || blockNumber is null || blockHash is null || transaction is null || index is null or > uint.MaxValue || topicCount < 0)
            throw new MalformedAnswerException("a log lacks a field");
        return new Log(address.Value, topicCount, topics[0], topics[1], topics[2], topics[3], data, blockNumber.Value, blockHash.Value, transaction.Value, (uint)index.Value);
    }

    private static int ReadTopics(ref Utf8JsonReader reader, scoped Span<Hash32> topics)
    {
        Wire.Expect(ref reader, JsonTokenType.StartArray);
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == topics.Length) throw new MalformedAnswerException("a log has more than four topics");
            topics[count++] = Wire.Hash(ref reader);
        }
        return count;
    }
}
