using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols;

/// <summary>What decoders of logs and answers share.</summary>
internal static class Decoding
{
    /// <summary>A reader over the data of a log that must have exactly this shape.</summary>
    /// <exception cref="AbiException">Another number of topics, or data that is shorter or longer.</exception>
    public static AbiReader Open(Log log, int topics, int words)
    {
        RequireTopics(log, topics);
        return Open(log.Data, words);
    }

    /// <summary>A reader over data of exactly this many words.</summary>
    public static AbiReader Open(ReadOnlyMemory<byte> data, int words) =>
        data.Length == 32 * words ? new(data.Span) : throw new AbiException($"{data.Length} bytes of data, where {32 * words} are expected.");

    /// <summary>What a contract takes from a view that returns one word, however long the answer: its first. Null where it is shorter, which reverts there.</summary>
    public static UInt256? FirstWord(ReadOnlyMemory<byte> answer) => answer.Length >= 32 ? UInt256.ReadBigEndian(answer.Span[..32]) : null;

    public static void RequireTopics(Log log, int topics)
    {
        if (log.TopicCount != topics) throw new AbiException($"{log.TopicCount} topics, where {topics} are expected.");
    }

    /// <summary>An indexed <c>uint32</c>.</summary>
    public static uint ToUInt32(Hash32 topic) =>
        topic.Word.BitLength <= 32 ? (uint)(ulong)topic.Word : throw new AbiException($"A uint32 has {topic.Word.BitLength} bits.");
}
