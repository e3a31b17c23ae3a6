using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>A copy of one account and of what a liquidation of it touches, on which liquidations are tried. Nothing else sees it.</summary>
internal sealed class WorkingAccount
{
    private readonly List<WorkingPosition> _positions = [];
    private readonly GlobalRow _globals;
    private UInt256 _insuranceFund;
    private UInt256 _cash;

    /// <summary>Copies the account; all its markets must be usable at this time.</summary>
    public WorkingAccount(RefPerpsState state, Margin margin, int account, ulong timestamp)
    {
        _globals = state.Globals;
        _insuranceFund = _globals.InsuranceFund;
        _cash = state.Cash();
        Quote = state.Accounts[account].Quote;
        for (var at = state.Accounts[account].FirstPosition; at != AccountRow.None; at = state.Positions[at].Next)
        {
            var row = state.Positions[at];
            _positions.Add(new(state.Markets.KeyAt(row.Market), state.Markets[row.Market], margin.QuoteOf(row.Market, timestamp), row));
        }
        _positions.Sort((a, b) => a.Market.CompareTo(b.Market));
    }

    public Int256 Quote { get; private set; }

    /// <summary>Whether each price needs the sequencer's status.</summary>
    public bool HasSequencer => _globals.SequencerFeed != AccountRow.None;

    /// <summary>Open positions by ascending market.</summary>
    public IReadOnlyList<WorkingPosition> Positions => _positions;

    public (Int256 Equity, UInt256 Requirement) Measure()
    {
        var equity = Quote;
        var requirement = RefPerpsMath.DebtUp(Quote, _globals.DebtPpm);
        foreach (var position in _positions)
        {
            equity += position.Value;
            requirement += position.Requirement;
        }
        return (equity, requirement);
    }

    /// <summary>What liquidating this position would close and pay now.</summary>
    public Close Try(WorkingPosition position, Int256 equity, UInt256 requirement)
    {
        var (size, full) = position.MinimalClose(equity, requirement);
        var penalty = RefPerpsMath.Penalty(size, position.Price, position.Terms.LiqFeePpm, equity);
        var reward = RefPerpsMath.Reward(penalty, position.Terms.KeeperSharePpm, _globals.Stipend, _insuranceFund, _globals.KeeperCap, _cash);
        return new(position, size, full, penalty, reward);
    }

    /// <summary>Applies it as <c>RefPerpsLiquidation.execute</c> does: funding, profit, penalty, fund, cash, skew.</summary>
    public void Apply(Close close)
    {
        Quote += close.Position.Reduce(close.Size) - (Int256)close.Penalty;
        _insuranceFund = (UInt256)((Int256)_insuranceFund + (Int256)close.Penalty - (Int256)close.Reward);
        _cash -= close.Reward;
        if (close.Position.Size.IsZero) _positions.Remove(close.Position);
    }

    /// <summary>One liquidation, tried.</summary>
    /// <param name="Size">x*.</param>
    /// <param name="Full">The mode, as the contract reports it.</param>
    public readonly record struct Close(WorkingPosition Position, UInt256 Size, bool Full, UInt256 Penalty, UInt256 Reward);
}
