using Keeper.Core.Primitives;

namespace Keeper.Protocols.Oracles;

/// <summary>What <c>latestRoundData()</c> returns, without <c>answeredInRound</c>. Times in seconds.</summary>
internal readonly record struct Round(UInt256 Id, Int256 Answer, UInt256 StartedAt, UInt256 UpdatedAt)
{
    public static Round Open(ReadOnlyMemory<byte> answer)
    {
        var data = Decoding.Open(answer, words: 5);
        var round = new Round(data.ReadUInt(80), data.ReadInt256(), data.ReadUInt256(), data.ReadUInt256());
        data.ReadUInt(80); // answeredInRound
        return round;
    }
}
