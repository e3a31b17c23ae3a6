using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

// One record for each event, with the arguments that change the mirrored state. Every decoder reads the whole log, checks
// each argument against its type, and throws AbiException before anything was changed.

internal readonly record struct QuoteChanged(UInt256 Account, Int256 NewBalance)
{
    public static QuoteChanged Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 2, words: 3);
        data.ReadInt256(); // delta
        var balance = data.ReadInt256();
        data.ReadByte(); // reason
        return new(log.Topic1.Word, balance);
    }
}

internal readonly record struct PositionChanged(UInt256 Account, uint Market, Int256 Size, Int256 EntryNotional, Int256 EntryFunding)
{
    public static PositionChanged Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 3, words: 7);
        var (size, entryNotional, entryFunding) = (data.ReadInt256(), data.ReadInt256(), data.ReadInt256());
        data.ReadInt256(); // realisedPnl
        data.ReadInt256(); // fundingPaid
        data.ReadUInt256(); // execPrice
        data.ReadByte(); // reason
        return new(log.Topic1.Word, Decoding.ToUInt32(log.Topic2), size, entryNotional, entryFunding);
    }
}

internal readonly record struct PositionLiquidated(UInt256 Account, Address Keeper)
{
    public static PositionLiquidated Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 4, words: 7);
        Decoding.ToUInt32(log.Topic2); // market
        data.ReadUInt256(); // closedSize
        data.ReadInt256(); // remainingSize
        data.ReadUInt256(); // execPrice
        data.ReadUInt256(); // penalty
        data.ReadUInt256(); // keeperReward
        data.ReadInt256(); // toInsurance
        data.ReadBool(); // full
        return new(log.Topic1.Word, AbiReader.ToAddress(log.Topic3.Word));
    }
}

internal readonly record struct MarketSynced(uint Market, Int256 FundingIndex, ulong FundingTime)
{
    public static MarketSynced Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 2, words: 5);
        data.ReadUInt(80); // roundId
        data.ReadUInt256(); // price: the contract judges by the feed's current round, not by the one of the last sync
        data.ReadUInt64(); // oracleUpdatedAt
        return new(Decoding.ToUInt32(log.Topic1), data.ReadInt256(), data.ReadUInt64());
    }
}

internal readonly record struct MarketState(uint Market, Int256 Skew, UInt256 OiLong, UInt256 OiShort, Int256 FundingRate)
{
    public static MarketState Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 2, words: 4);
        return new(Decoding.ToUInt32(log.Topic1), data.ReadInt256(), data.ReadUInt256(), data.ReadUInt256(), data.ReadInt256());
    }
}

internal readonly record struct InsuranceFundChanged(UInt256 NewBalance)
{
    public static InsuranceFundChanged Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 2, words: 2);
        data.ReadInt256(); // delta
        return new(data.ReadUInt256());
    }
}

internal readonly record struct PoolChanged(Int256 NewBalance)
{
    public static PoolChanged Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 1, words: 2);
        data.ReadInt256(); // delta
        return new(data.ReadInt256());
    }
}

internal readonly record struct AccountOpened(UInt256 Account)
{
    public static AccountOpened Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 3, words: 2);
        AbiReader.ToAddress(log.Topic2.Word); // owner
        data.ReadByte(); // mode: an isolated account is judged as one with a single market
        data.ReadUInt32(); // isolatedMarket
        return new(log.Topic1.Word);
    }
}

internal readonly record struct MarketListed(uint Market)
{
    public static MarketListed Decode(Log log)
    {
        Decoding.Open(log, topics: 2, words: 1); // symbol
        return new(Decoding.ToUInt32(log.Topic1));
    }
}

internal readonly record struct MarketParamsSet(uint Market, MarketParams Params)
{
    public static MarketParamsSet Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 2, words: 14);
        return new(Decoding.ToUInt32(log.Topic1), MarketParams.Read(ref data));
    }
}

internal readonly record struct MarketTiersSet(uint Market, TierSchedule Maintenance, TierSchedule Initial)
{
    public static MarketTiersSet Decode(Log log)
    {
        Decoding.RequireTopics(log, 2);
        return Read(Decoding.ToUInt32(log.Topic1), log.Data);
    }

    /// <summary>Two <c>Tier[]</c>, as the event and <c>getMarketTiers</c> have them.</summary>
    public static MarketTiersSet Read(uint market, ReadOnlyMemory<byte> bytes)
    {
        var data = new AbiReader(bytes.Span);
        // Solidity lays the two arrays behind the two offsets, in order and without gaps: nothing else is accepted.
        var first = data.ReadUInt256();
        var second = data.ReadUInt256();
        if (first != 64UL) throw new AbiException("The first schedule does not follow the head.");
        var maintenance = TierSchedule.Read(ref data);
        if (second != (ulong)(bytes.Length - data.Remaining)) throw new AbiException("The second schedule does not follow the first.");
        var initial = TierSchedule.Read(ref data);
        data.RequireEnd();
        return new(market, maintenance, initial);
    }
}

internal readonly record struct GlobalParamsSet(UInt256 Stipend, UInt256 KeeperCap, UInt256 DebtPpm, ulong SequencerGrace, Address SequencerFeed)
{
    public static GlobalParamsSet Decode(Log log)
    {
        Decoding.RequireTopics(log, 1);
        return Read(log.Data);
    }

    /// <summary>The struct, as the event and <c>getGlobalParams</c> have it.</summary>
    public static GlobalParamsSet Read(ReadOnlyMemory<byte> bytes)
    {
        var data = Decoding.Open(bytes, words: 5);
        return new(data.ReadUInt(128), data.ReadUInt(128), data.ReadUInt(32), data.ReadUInt32(), data.ReadAddress());
    }
}

internal readonly record struct PausedSet(byte Bits)
{
    public static PausedSet Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 1, words: 1);
        return new(data.ReadByte());
    }
}
