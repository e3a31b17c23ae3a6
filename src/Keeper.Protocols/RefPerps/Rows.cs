using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <param name="Quote">Settled balance, USD at 1e18.</param>
/// <param name="FirstPosition">Row of the first open position, or <see cref="None"/>.</param>
internal readonly record struct AccountRow(Int256 Quote, int FirstPosition)
{
    /// <summary>No row.</summary>
    public const int None = -1;

    public static AccountRow New => new(Int256.Zero, None);
}

/// <param name="Account">Row of the account.</param>
/// <param name="Market">The market's id.</param>
internal readonly record struct PositionKey(int Account, uint Market);

/// <summary>A position. Open positions of an account are chained from its row; a closed one stays unchained until it is opened again.</summary>
/// <param name="Market">Row of the market.</param>
/// <param name="Next">Row of the account's next open position, or <see cref="AccountRow.None"/>.</param>
internal readonly record struct PositionRow(int Market, int Next, Int256 Size, Int256 EntryNotional, Int256 EntryFunding);

/// <param name="Revision">Given anew with every write and never twice, so that equal revisions mean equal rows, across undo too.</param>
/// <param name="Params">Null until the market's parameters were told.</param>
/// <param name="Feed">Row of its feed.</param>
internal readonly record struct MarketRow(
    long Revision,
    MarketParams? Params,
    TierSchedule? Maintenance,
    TierSchedule? Initial,
    int Feed,
    Int256 FundingIndex,
    ulong FundingTime,
    Int256 FundingRate,
    Int256 Skew,
    UInt256 OiLong,
    UInt256 OiShort);

/// <summary>What there is once.</summary>
/// <param name="QuoteToken">Zero until read.</param>
/// <param name="QuoteSymbol">Null until the token told it; decides nothing.</param>
/// <param name="QuoteDecimals">As the symbol.</param>
/// <param name="SequencerFeed">Row of the feed, or <see cref="AccountRow.None"/>.</param>
/// <param name="PausedBits">Trading and withdrawal; liquidation is never paused, so it decides nothing here.</param>
internal readonly record struct GlobalRow(
    Address QuoteToken,
    string? QuoteSymbol,
    int? QuoteDecimals,
    UInt256 Stipend,
    UInt256 KeeperCap,
    UInt256 DebtPpm,
    ulong SequencerGrace,
    int SequencerFeed,
    byte PausedBits,
    Int256 TotalQuote,
    Int256 Pool,
    UInt256 InsuranceFund);
