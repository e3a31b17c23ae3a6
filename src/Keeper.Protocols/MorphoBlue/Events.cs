using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

// One record for each shape of event, with the arguments that change the mirrored state. Every decoder reads the whole log, checks each argument against its type, and throws
// AbiException before anything was changed. The market's id is the first topic of all of them.

internal readonly record struct CreateMarket(MarketParams Params)
{
    public static CreateMarket Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 2, words: 5);
        return new(MarketParams.Read(ref data));
    }
}

/// <summary><c>Supply</c>, <c>Withdraw</c>, <c>Borrow</c>, <c>Repay</c>: assets and shares of one account, into the market or out of it.</summary>
internal readonly record struct SharesMoved(Address OnBehalf, UInt256 Assets, UInt256 Shares)
{
    /// <summary><c>Supply</c> and <c>Repay</c>: caller and account are indexed.</summary>
    public static SharesMoved DecodeIn(Log log)
    {
        var data = Decoding.Open(log, topics: 4, words: 2);
        AbiReader.ToAddress(log.Topic2.Word); // caller
        return new(AbiReader.ToAddress(log.Topic3.Word), data.ReadUInt256(), data.ReadUInt256());
    }

    /// <summary><c>Withdraw</c> and <c>Borrow</c>: account and receiver are indexed, the caller is not.</summary>
    public static SharesMoved DecodeOut(Log log)
    {
        var data = Decoding.Open(log, topics: 4, words: 3);
        data.ReadAddress(); // caller
        AbiReader.ToAddress(log.Topic3.Word); // receiver
        return new(AbiReader.ToAddress(log.Topic2.Word), data.ReadUInt256(), data.ReadUInt256());
    }
}

/// <summary><c>SupplyCollateral</c>, <c>WithdrawCollateral</c>.</summary>
internal readonly record struct CollateralMoved(Address OnBehalf, UInt256 Assets)
{
    public static CollateralMoved DecodeIn(Log log)
    {
        var data = Decoding.Open(log, topics: 4, words: 1);
        AbiReader.ToAddress(log.Topic2.Word); // caller
        return new(AbiReader.ToAddress(log.Topic3.Word), data.ReadUInt256());
    }

    public static CollateralMoved DecodeOut(Log log)
    {
        var data = Decoding.Open(log, topics: 4, words: 2);
        data.ReadAddress(); // caller
        AbiReader.ToAddress(log.Topic3.Word); // receiver
        return new(AbiReader.ToAddress(log.Topic2.Word), data.ReadUInt256());
    }
}

internal readonly record struct Liquidate(
    Address Caller, Address Borrower, UInt256 RepaidAssets, UInt256 RepaidShares, UInt256 SeizedAssets, UInt256 BadDebtAssets, UInt256 BadDebtShares)
{
    public static Liquidate Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 4, words: 5);
        return new(
            AbiReader.ToAddress(log.Topic2.Word), AbiReader.ToAddress(log.Topic3.Word),
            data.ReadUInt256(), data.ReadUInt256(), data.ReadUInt256(), data.ReadUInt256(), data.ReadUInt256());
    }
}

internal readonly record struct AccrueInterest(UInt256 BorrowRate, UInt256 Interest, UInt256 FeeShares)
{
    public static AccrueInterest Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 2, words: 3);
        return new(data.ReadUInt256(), data.ReadUInt256(), data.ReadUInt256());
    }
}

internal readonly record struct SetFee(UInt256 Fee)
{
    public static SetFee Decode(Log log) => new(Decoding.Open(log, topics: 2, words: 1).ReadUInt256());
}

internal readonly record struct BorrowRateUpdate(UInt256 AverageRate, UInt256 RateAtTarget)
{
    public static BorrowRateUpdate Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 2, words: 2);
        return new(data.ReadUInt256(), data.ReadUInt256());
    }
}
