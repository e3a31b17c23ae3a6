using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

// One record for each event, with the arguments that change the mirrored state. Every decoder reads the whole log, checks
// each argument against its type, and throws AbiException before anything was changed.

/// <summary>A <c>Mint</c> or <c>Burn</c> of a scaled token.</summary>
internal readonly record struct BalanceChanged(Address User, UInt256 Value, UInt256 Increase, UInt256 Index)
{
    /// <param name="user">The topic that names whose balance it is: the second indexed argument of a mint, the first of a burn.</param>
    public static BalanceChanged Decode(Log log, Hash32 user)
    {
        var data = Decoding.Open(log, topics: 3, words: 3);
        AbiReader.ToAddress(log.Topic1.Word);
        AbiReader.ToAddress(log.Topic2.Word);
        var told = new BalanceChanged(AbiReader.ToAddress(user.Word), data.ReadUInt256(), data.ReadUInt256(), data.ReadUInt(128));
        return told.Index < AaveMath.Ray ? throw new AbiException($"An index of {told.Index}.") : told;
    }
}

internal readonly record struct BalanceTransfer(Address From, Address To, UInt256 Scaled)
{
    public static BalanceTransfer Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 3, words: 2);
        var scaled = data.ReadUInt256();
        data.ReadUInt256(); // index
        return new(AbiReader.ToAddress(log.Topic1.Word), AbiReader.ToAddress(log.Topic2.Word), scaled);
    }
}

/// <summary>Whose debt at a stable rate grew.</summary>
internal readonly record struct StableMint(Address User)
{
    public static StableMint Decode(Log log)
    {
        Decoding.Open(log, topics: 3, words: 6);
        return new(AbiReader.ToAddress(log.Topic2.Word));
    }
}

internal readonly record struct ReserveDataUpdated(Address Asset, UInt256 LiquidityRate, UInt256 DebtRate, UInt256 LiquidityIndex, UInt256 DebtIndex)
{
    public static ReserveDataUpdated Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 2, words: 5);
        var liquidityRate = data.ReadUInt256();
        data.ReadUInt256(); // stable rate
        var (debtRate, liquidityIndex, debtIndex) = (data.ReadUInt256(), data.ReadUInt256(), data.ReadUInt256());
        return new(AbiReader.ToAddress(log.Topic1.Word), liquidityRate, debtRate, liquidityIndex, debtIndex);
    }
}

/// <summary>The user's flag of an asset was set or taken away.</summary>
internal readonly record struct CollateralFlag(Address Asset, Address User)
{
    public static CollateralFlag Decode(Log log)
    {
        Decoding.Open(log, topics: 3, words: 0);
        return new(AbiReader.ToAddress(log.Topic1.Word), AbiReader.ToAddress(log.Topic2.Word));
    }
}

internal readonly record struct UserEModeSet(Address User, byte Category)
{
    public static UserEModeSet Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 2, words: 1);
        return new(AbiReader.ToAddress(log.Topic1.Word), data.ReadByte());
    }
}

internal readonly record struct Liquidated(Address Collateral, Address Debt, Address User, UInt256 Covered, UInt256 Seized, Address Liquidator, bool ReceivesAToken)
{
    public static Liquidated Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 4, words: 4);
        return new(
            AbiReader.ToAddress(log.Topic1.Word), AbiReader.ToAddress(log.Topic2.Word), AbiReader.ToAddress(log.Topic3.Word),
            data.ReadUInt256(), data.ReadUInt256(), data.ReadAddress(), data.ReadBool());
    }
}

internal readonly record struct ReserveInitialized(Address Asset, Address AToken, Address StableToken, Address DebtToken)
{
    public static ReserveInitialized Decode(Log log)
    {
        var data = Decoding.Open(log, topics: 3, words: 3);
        var (stable, debt) = (data.ReadAddress(), data.ReadAddress());
        data.ReadAddress(); // interest rate strategy
        return new(AbiReader.ToAddress(log.Topic1.Word), AbiReader.ToAddress(log.Topic2.Word), stable, debt);
    }
}

/// <summary>An event of which no more is needed than whom it is about: what it changed is read.</summary>
internal static class Notice
{
    /// <summary>The asset of an event of the configurator whose first indexed argument it is.</summary>
    public static Address Asset(Log log, int words)
    {
        Decoding.Open(log, topics: 2, words);
        return AbiReader.ToAddress(log.Topic1.Word);
    }

    public static byte Category(Log log)
    {
        Decoding.RequireTopics(log, 2);
        return log.Topic1.Word.BitLength <= 8 ? (byte)(ulong)log.Topic1.Word : throw new AbiException($"A uint8 has {log.Topic1.Word.BitLength} bits.");
    }

    /// <summary>Of <c>AssetCollateralInEModeChanged</c>.</summary>
    public static byte CategoryOfAsset(Log log)
    {
        var data = Decoding.Open(log, topics: 2, words: 2);
        var category = data.ReadByte();
        data.ReadBool();
        return category;
    }

    /// <summary>Of an event with two indexed addresses and nothing else; the second.</summary>
    public static Address Second(Log log)
    {
        Decoding.Open(log, topics: 3, words: 0);
        return AbiReader.ToAddress(log.Topic2.Word);
    }
}
