using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>
/// Logs into state. Morpho tells changes, and not what has become of them: each log counts once. One is decoded as a whole, and every sum checked, before anything is
/// written; one of another market, or of no interest, changes nothing.
/// </summary>
internal sealed class Ingest(MorphoState state, Address contract, Keccak256 hash)
{
    public void Apply(Log log)
    {
        if (log.TopicCount == 0) return;
        if (log.Address != contract)
        {
            if (log.Topic0 == Topics.BorrowRateUpdate) ApplyRate(log);
            else state.Oracles.Apply(log);
            return;
        }
        if (log.TopicCount < 2 || !state.Markets.TryFind(log.Topic1, out var market)) return;
        var topic = log.Topic0;
        if (topic == Topics.AccrueInterest) Apply(market, AccrueInterest.Decode(log));
        else if (topic == Topics.Borrow) Borrow(market, SharesMoved.DecodeOut(log));
        else if (topic == Topics.Repay) Repay(market, SharesMoved.DecodeIn(log));
        else if (topic == Topics.Supply) Supply(market, SharesMoved.DecodeIn(log));
        else if (topic == Topics.Withdraw) Withdraw(market, SharesMoved.DecodeOut(log));
        else if (topic == Topics.SupplyCollateral) SupplyCollateral(market, CollateralMoved.DecodeIn(log));
        else if (topic == Topics.WithdrawCollateral) WithdrawCollateral(market, CollateralMoved.DecodeOut(log));
        else if (topic == Topics.Liquidate) Apply(market, Liquidate.Decode(log));
        else if (topic == Topics.SetFee) state.SetTouched(market, state.Markets[market] with { Fee = SetFee.Decode(log).Fee });
        else if (topic == Topics.CreateMarket)
        {
            SetParams(market, CreateMarket.Decode(log).Params);
            state.SetTouched(market, state.Markets[market]);
        }
    }

    /// <exception cref="AbiException">They are not those of the market: its id is their hash.</exception>
    public void SetParams(int market, MarketParams terms)
    {
        var id = state.Markets.KeyAt(market);
        if (terms.Id(hash) != id) throw new AbiException($"The parameters of market {id} do not hash to it.");
        var row = state.Markets[market];
        if (row.Params is null) state.Set(market, row with { Params = terms, RateSource = terms.Irm.IsZero ? RateSource.None : RateSource.Untold });
    }

    /// <summary>What the market accrued up to the block of the log.</summary>
    private void Apply(int market, AccrueInterest e)
    {
        var row = state.Markets[market];
        state.SetTouched(market, row with
        {
            BorrowAssets = row.BorrowAssets + e.Interest, SupplyAssets = row.SupplyAssets + e.Interest, SupplyShares = row.SupplyShares + e.FeeShares,
        });
    }

    private void Supply(int market, SharesMoved e)
    {
        var row = state.Markets[market];
        state.SetTouched(market, row with { SupplyAssets = row.SupplyAssets + e.Assets, SupplyShares = row.SupplyShares + e.Shares });
    }

    private void Withdraw(int market, SharesMoved e)
    {
        var row = state.Markets[market];
        state.SetTouched(market, row with { SupplyAssets = row.SupplyAssets - e.Assets, SupplyShares = row.SupplyShares - e.Shares });
    }

    private void Borrow(int market, SharesMoved e)
    {
        var (row, position) = (state.Markets[market], state.Position(market, e.OnBehalf));
        var after = position with { BorrowShares = position.BorrowShares + e.Shares };
        state.SetTouched(market, row with { BorrowAssets = row.BorrowAssets + e.Assets, BorrowShares = row.BorrowShares + e.Shares });
        state.SetPosition(e.OnBehalf, after);
    }

    /// <summary>The assets may be one more than the market still has lent.</summary>
    private void Repay(int market, SharesMoved e)
    {
        var (row, position) = (state.Markets[market], state.Position(market, e.OnBehalf));
        var after = position with { BorrowShares = position.BorrowShares - e.Shares };
        state.SetTouched(market, row with { BorrowAssets = MorphoMath.ZeroFloorSub(row.BorrowAssets, e.Assets), BorrowShares = row.BorrowShares - e.Shares });
        state.SetPosition(e.OnBehalf, after);
    }

    /// <summary>The one call that accrues nothing.</summary>
    private void SupplyCollateral(int market, CollateralMoved e)
    {
        var position = state.Position(market, e.OnBehalf);
        state.SetPosition(e.OnBehalf, position with { Collateral = position.Collateral + e.Assets });
    }

    private void WithdrawCollateral(int market, CollateralMoved e)
    {
        var position = state.Position(market, e.OnBehalf);
        var after = position with { Collateral = position.Collateral - e.Assets };
        state.SetTouched(market, state.Markets[market]);
        state.SetPosition(e.OnBehalf, after);
    }

    private void Apply(int market, Liquidate e)
    {
        var (row, position) = (state.Markets[market], state.Position(market, e.Borrower));
        var after = position with { BorrowShares = position.BorrowShares - e.RepaidShares - e.BadDebtShares, Collateral = position.Collateral - e.SeizedAssets };
        state.SetTouched(market, row with
        {
            BorrowAssets = MorphoMath.ZeroFloorSub(row.BorrowAssets, e.RepaidAssets) - e.BadDebtAssets,
            BorrowShares = row.BorrowShares - e.RepaidShares - e.BadDebtShares,
            SupplyAssets = row.SupplyAssets - e.BadDebtAssets,
        });
        state.SetPosition(e.Borrower, after);
    }

    /// <summary>
    /// The model has moved its rate, for what the market accrues in the log behind this one. Where it is not what the formula gives it is another model, and is asked from here on.
    /// </summary>
    private void ApplyRate(Log log)
    {
        var e = BorrowRateUpdate.Decode(log);
        if (!state.Markets.TryFind(log.Topic1, out var market)) return;
        var row = state.Markets[market];
        if (row.Params?.Irm != log.Address || row.RateSource == RateSource.Polled) return;
        var isAnother = row is { RateSource: RateSource.AdaptiveCurve, RateKnown: true, LastUpdate: > 0 } && state.Now is { } now && now >= row.LastUpdate
            && AdaptiveCurve.After(row.Rate, row.BorrowAssets, row.SupplyAssets, now - row.LastUpdate) != (e.AverageRate, e.RateAtTarget);
        state.Set(market, isAnother
            ? row with { RateSource = RateSource.Polled, RateKnown = false, Rate = UInt256.Zero }
            : row with { RateSource = RateSource.AdaptiveCurve, RateKnown = true, Rate = e.RateAtTarget });
    }
}
