using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.Oracles;

/// <summary>A new round of an aggregator. The same event, with the same arguments indexed, whatever the generation of the aggregator.</summary>
/// <param name="Round">The aggregator's own round, without the proxy's phase.</param>
/// <param name="UpdatedAt">Seconds. An uptime feed puts here when the status began.</param>
internal readonly record struct AnswerUpdated(Int256 Answer, UInt256 Round, UInt256 UpdatedAt)
{
    public static AnswerUpdated Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 3, words: 1);
        return new(Int256.FromBits(log.Topic1.Word), log.Topic2.Word, data.ReadUInt256());
    }
}

/// <summary>A newer price of Pyth. Its exponent is not told.</summary>
/// <param name="PublishTime">Seconds.</param>
internal readonly record struct PriceFeedUpdate(Hash32 Id, ulong PublishTime, long Price, ulong Confidence)
{
    public static PriceFeedUpdate Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 2, words: 3);
        return new(log.Topic1, data.ReadUInt64(), (long)data.ReadInt(64), data.ReadUInt64());
    }
}
