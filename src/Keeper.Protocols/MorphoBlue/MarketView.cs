using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>What <c>market(id)</c> returns.</summary>
internal readonly record struct MarketView(UInt256 SupplyAssets, UInt256 SupplyShares, UInt256 BorrowAssets, UInt256 BorrowShares, ulong LastUpdate, UInt256 Fee)
{
    public static MarketView Open(ReadOnlyMemory<byte> answer)
    {
        var data = Decoding.Open(answer, words: 6);
        return new(data.ReadUInt(128), data.ReadUInt(128), data.ReadUInt(128), data.ReadUInt(128), data.ReadUInt64(), data.ReadUInt(128));
    }
}
