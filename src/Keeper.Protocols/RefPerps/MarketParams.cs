using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>The parameters of a market that decide about accounts, as <c>IRefPerps.MarketParams</c> states them. USD, sizes and premiumCap in 1e18, ratios in 1e6.</summary>
internal sealed record MarketParams(
    Address Feed,
    ulong MaxStaleness,
    Int256 PremiumCap,
    UInt256 Lot,
    UInt256 MinNotional,
    UInt256 SkewScale,
    UInt256 LiqFeePpm,
    UInt256 KeeperSharePpm,
    UInt256 BufferPpm,
    UInt256 PartialFloorPpm,
    UInt256 AnswerScale)
{
    /// <summary>Reads the struct's 14 words. What the contract never admits, and no formula can bear, is refused.</summary>
    public static MarketParams Read(ref AbiReader data)
    {
        var feed = data.ReadAddress();
        ulong maxStaleness = data.ReadUInt32();
        var premiumCap = (Int256)data.ReadUInt(64);
        var lot = data.ReadUInt(128);
        var minNotional = data.ReadUInt(128);
        data.ReadUInt(128); // closeTolerance: bounds explicit close sizes, and the keeper lets the contract compute them
        var skewScale = data.ReadUInt(128);
        data.ReadUInt64(); // maxFundingPerDay: MarketState tells the rate
        data.ReadUInt32(); // takerFeePpm
        var (liqFee, keeperShare, buffer, partialFloor) = (data.ReadUInt(32), data.ReadUInt(32), data.ReadUInt(32), data.ReadUInt(32));
        var decimals = data.ReadByte();
        if (lot.IsZero || skewScale.IsZero) throw new AbiException("A lot or a skew scale is zero.");
        if (decimals > 18) throw new AbiException($"A feed has {decimals} decimals.");
        return new(feed, maxStaleness, premiumCap, lot, minNotional, skewScale, liqFee, keeperShare, buffer, partialFloor, PowerOfTen(18 - decimals));
    }

    public void Save(SnapshotWriter writer)
    {
        writer.Address(Feed);
        writer.Number(MaxStaleness);
        writer.Signed(PremiumCap);
        foreach (var value in (ReadOnlySpan<UInt256>)[Lot, MinNotional, SkewScale, LiqFeePpm, KeeperSharePpm, BufferPpm, PartialFloorPpm, AnswerScale]) writer.Unsigned(value);
    }

    /// <exception cref="SnapshotException">Not what <see cref="Save"/> writes, or nothing that a formula can bear.</exception>
    public static MarketParams Load(ref SnapshotReader reader)
    {
        var terms = new MarketParams(
            reader.Address(), reader.Number(), reader.Signed(),
            reader.Unsigned(), reader.Unsigned(), reader.Unsigned(), reader.Unsigned(), reader.Unsigned(), reader.Unsigned(), reader.Unsigned(), reader.Unsigned());
        return terms.Lot.IsZero || terms.SkewScale.IsZero ? throw new SnapshotException(SnapshotFault.Damaged, "A lot or a skew scale is zero.") : terms;
    }

    private static UInt256 PowerOfTen(int exponent)
    {
        UInt256 power = 1UL;
        for (; exponent > 0; exponent--) power *= 10UL;
        return power;
    }
}
