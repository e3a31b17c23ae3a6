using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>A position of a <see cref="WorkingAccount"/> with its market, whose skew moves as the position is closed.</summary>
internal sealed class WorkingPosition(uint market, MarketRow row, MarketQuote quote, PositionRow position)
{
    private readonly TierSchedule _maintenance = row.Maintenance!;
    private Int256 _skew = row.Skew;
    private Int256 _entryNotional = position.EntryNotional;
    private Int256 _entryFunding = position.EntryFunding;
    private UInt256 _mark = quote.Mark;

    public uint Market { get; } = market;
    public MarketParams Terms { get; } = row.Params!;
    public UInt256 Price { get; } = quote.Price;
    public Int256 Size { get; private set; } = position.Size;

    /// <summary>Of its maintenance schedule.</summary>
    public int Tiers => _maintenance.Count;

    /// <summary>uPnL + fund.</summary>
    public Int256 Value =>
        RefPerpsMath.UnrealisedTrunc(Size, _mark, _entryNotional) + RefPerpsMath.FundingTrunc(Size, quote.FundingIndex, _entryFunding);

    /// <summary>MM + LF.</summary>
    public UInt256 Requirement => RequirementOf(RefPerpsMath.NotionalUp(Size.Abs, Price));

    /// <summary>x* and the mode: <c>RefPerpsLiquidation.planOf</c> and <c>RefPerpsMath.minimalClose</c>, SPEC.md, section 5.</summary>
    /// <param name="equity">E of the account.</param>
    /// <param name="requirement">R of the account, above E.</param>
    public (UInt256 Size, bool Full) MinimalClose(Int256 equity, UInt256 requirement)
    {
        var size = Size.Abs;
        if (RefPerpsMath.IsFull(equity, requirement, Terms.PartialFloorPpm)) return (size, true);
        var other = requirement - Requirement;
        if (!Restores(size, equity, other)) return (size, false);

        UInt256 low = 1UL;
        var high = UInt256.DivUp(size, Terms.Lot);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (Restores(middle * Terms.Lot, equity, other)) high = middle;
            else low = middle + 1UL;
        }
        var close = low * Terms.Lot;
        return close >= size || RefPerpsMath.NotionalUp(size - close, Price) < Terms.MinNotional ? (size, false) : (close, false);
    }

    /// <summary>Closes a part at the mark, and moves the mark.</summary>
    /// <returns>What the account's quote balance gets: funding of the whole position, and the profit of the part.</returns>
    public Int256 Reduce(UInt256 closed)
    {
        var funding = RefPerpsMath.FundingTrunc(Size, quote.FundingIndex, _entryFunding);
        var size = Size.Abs;
        var remaining = size - closed;
        var signedClosed = Size.IsNegative ? -(Int256)closed : (Int256)closed;
        var basis = RefPerpsMath.RemainingBasisTrunc(_entryNotional, remaining, size);
        var realised = RefPerpsMath.ValueTrunc(signedClosed, _mark) - (_entryNotional - basis);

        Size -= signedClosed;
        _skew -= signedClosed;
        (_entryNotional, _entryFunding) = (basis, quote.FundingIndex);
        _mark = RefPerpsMath.MarkDown(Price, RefPerpsMath.Premium(_skew, Terms.SkewScale, Terms.PremiumCap));
        return funding + realised;
    }

    /// <summary>OK(x).</summary>
    private bool Restores(UInt256 closed, Int256 equity, UInt256 other)
    {
        var left = RefPerpsMath.NotionalUp(Size.Abs - closed, Price);
        var after = equity - (Int256)RefPerpsMath.ShareUp(RefPerpsMath.NotionalUp(closed, Price), Terms.LiqFeePpm);
        return RefPerpsMath.IsRestored(after, other + RequirementOf(left), Terms.BufferPpm);
    }

    private UInt256 RequirementOf(UInt256 notional) => _maintenance.RequirementUp(notional) + RefPerpsMath.ShareUp(notional, Terms.LiqFeePpm);
}
