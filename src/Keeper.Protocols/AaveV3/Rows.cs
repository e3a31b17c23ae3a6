using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <param name="EMode">The user's category; 0 is none.</param>
/// <param name="First">Row of the first balance, or <see cref="None"/>.</param>
/// <param name="Debts">How many of the balances owe something.</param>
/// <param name="HasStableDebt">It was once lent at a stable rate (3.0), which is not mirrored: such an account is not judged while the pool is of that version.</param>
internal readonly record struct UserRow(byte EMode, int First, int Debts, bool HasStableDebt)
{
    /// <summary>No row.</summary>
    public const int None = -1;

    public static UserRow New => new(0, None, 0, false);
}

/// <param name="User">Row of the user.</param>
/// <param name="Reserve">Row of the reserve.</param>
internal readonly record struct BalanceKey(int User, int Reserve);

/// <summary>What a user has and owes of one reserve, scaled. The balances of a user are chained from its row, once seen for ever.</summary>
/// <param name="Next">Row of the user's next balance, or <see cref="UserRow.None"/>.</param>
/// <param name="IsCollateral">The user's flag.</param>
internal readonly record struct BalanceRow(int Reserve, int Next, UInt256 Supply, UInt256 Debt, bool IsCollateral);

/// <summary>A listed asset. Logs tell its indexes; everything else is read when a log says that it changed.</summary>
/// <param name="Known">False until read, and again when something of it changed that must be read.</param>
/// <param name="AToken">Zero where the asset was dropped from the list.</param>
/// <param name="StableToken">Zero where there is none.</param>
/// <param name="Id">Its bit in configurations.</param>
/// <param name="GraceUntil">Seconds; liquidation is possible after it.</param>
/// <param name="UpdatedAt">Seconds.</param>
internal readonly record struct ReserveRow(
    bool Known, Address AToken, Address DebtToken, Address StableToken, int Id, ReserveTerms Terms, ulong GraceUntil,
    UInt256 LiquidityIndex, UInt256 LiquidityRate, UInt256 DebtIndex, UInt256 DebtRate, ulong UpdatedAt);

/// <summary>An e-mode category, read when a log says that it changed.</summary>
/// <param name="Bitmap">Reserves whose collateral counts by the category, by their ids. From 3.2 on.</param>
/// <param name="PriceSource">Stands for the price of the category's reserves; zero where they keep theirs. 3.0 alone.</param>
internal readonly record struct CategoryRow(bool Known, UInt256 Threshold, UInt256 Bonus, UInt256 Bitmap, Address PriceSource);

/// <param name="Kind">How the price is followed.</param>
/// <param name="Source">What the oracle asks for it.</param>
/// <param name="Row">Of the feed or of the polled word.</param>
internal readonly record struct PriceRow(PriceKind Kind, Address Source, int Row);

/// <summary>How the price of an asset is followed.</summary>
internal enum PriceKind : byte
{
    /// <summary>The oracle was not asked yet for the source.</summary>
    Unread,

    /// <summary>The source was not asked yet whether it is a proxy of an aggregator.</summary>
    Sourced,

    /// <summary>It says that it is one; whether the oracle gives its answer was not seen yet.</summary>
    Supposed,

    /// <summary>The oracle gives the proxy's answer as it is: its rounds tell the price.</summary>
    Feed,

    /// <summary>Whatever it is made of, the oracle is asked for it in every block.</summary>
    Polled,
}

/// <summary>What there is once.</summary>
/// <param name="Revision">Given anew with every write of what prices and indexes hang on, and never twice.</param>
/// <param name="Shape">As <paramref name="Revision"/>, with every write that changes whose logs are wanted.</param>
/// <param name="Profile">Null until the pool's revision was read.</param>
/// <param name="Provider">PoolAddressesProvider; zero until read, as what follows it.</param>
/// <param name="Sentinel">Row of its polled word, or <see cref="UserRow.None"/>.</param>
/// <param name="SentinelKnown">Whether it was asked for.</param>
/// <param name="IsListed">Whether the list of reserves was read.</param>
/// <param name="Unread">Balances of the users from this row on were written by the rules of another version of the pool than its present one, and must be read; <see cref="AllRead"/> where none must.</param>
/// <param name="IsUpgraded">The pool was given another version, and its revision was not read since.</param>
/// <param name="IsBaseKnown">The oracle's unit is one dollar at 1e8.</param>
internal readonly record struct GlobalRow(
    long Revision, long Shape, Profile? Profile, Address Provider, Address Configurator, Address Oracle, bool IsBaseKnown, int Sentinel, bool SentinelKnown, bool IsListed, int Unread, bool IsUpgraded)
{
    /// <summary>Behind every user.</summary>
    public const int AllRead = int.MaxValue;

    public bool IsMixed => Unread != AllRead;
}
