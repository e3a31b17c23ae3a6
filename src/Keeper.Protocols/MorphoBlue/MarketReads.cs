using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>What no log tells of the markets: their parameters to a mirror that did not see them created, when they last accrued, and their rates.</summary>
internal sealed class MarketReads(MorphoState state, Ingest ingest, LoanTokens tokens, Address contract)
{
    public void AddMissing(List<StateRead> reads)
    {
        for (var i = 0; i < state.Markets.Count; i++)
        {
            var (market, id, row) = (i, state.Markets.KeyAt(i), state.Markets[i]);
            if (row.Params is not { } terms)
            {
                reads.Add(new($"parameters of market {id}", Calls.IdToMarketParams(contract, id), answer => TakeParams(market, answer)));
                continue;
            }
            if (row.LastUpdate == 0) reads.Add(new($"last update of market {id}", Calls.Market(contract, id), answer => TakeLastUpdate(market, answer)));
            if (row.RateSource is RateSource.Untold || row is { RateSource: RateSource.AdaptiveCurve, RateKnown: false })
            {
                reads.Add(new StateRead($"rate at target of market {id}", Calls.RateAtTarget(terms.Irm, id), answer => TakeRateAtTarget(market, answer), () => Poll(market)).OrUnknown());
            }
            if (row is { RateSource: RateSource.Polled, RateKnown: false, LastUpdate: > 0 }) reads.Add(AskRate(market, terms, row));
        }
    }

    public void AddPolls(List<StateRead> reads)
    {
        for (var market = 0; market < state.Markets.Count; market++)
            if (state.Markets[market] is { RateSource: RateSource.Polled, LastUpdate: > 0, Params: { } terms } row) reads.Add(AskRate(market, terms, row));
    }

    /// <summary>All that the contract stores of a market, in the place of what logs have told.</summary>
    public void AddRepair(List<StateRead> reads, int market)
    {
        var id = state.Markets.KeyAt(market);
        if (state.Markets[market].Params is not { } terms) return;
        reads.Add(new($"market {id}", Calls.Market(contract, id), answer => TakeMarket(market, answer)));
        if (state.Markets[market].RateSource == RateSource.AdaptiveCurve)
            reads.Add(new StateRead($"rate at target of market {id}", Calls.RateAtTarget(terms.Irm, id), answer => TakeRateAtTarget(market, answer), () => Poll(market)).OrUnknown());
    }

    private void TakeParams(int market, ReadOnlyMemory<byte> answer)
    {
        var data = Decoding.Open(answer, MarketParams.Words);
        var terms = MarketParams.Read(ref data);
        var id = state.Markets.KeyAt(market);
        if (terms.IsNone) throw new AbiException($"Market {id} was never created here.");
        if (!tokens.IsConfigured(terms.LoanToken)) throw new AbiException($"Market {id} lends {terms.LoanToken}, which is not among loanTokens.");
        ingest.SetParams(market, terms);
    }

    private void TakeLastUpdate(int market, ReadOnlyMemory<byte> answer)
    {
        var told = MarketView.Open(answer);
        if (state.Markets[market].LastUpdate == 0) state.Set(market, state.Markets[market] with { LastUpdate = told.LastUpdate });
    }

    private void TakeMarket(int market, ReadOnlyMemory<byte> answer)
    {
        var told = MarketView.Open(answer);
        var row = state.Markets[market];
        state.Set(market, row with
        {
            SupplyAssets = told.SupplyAssets, SupplyShares = told.SupplyShares, BorrowAssets = told.BorrowAssets, BorrowShares = told.BorrowShares,
            LastUpdate = told.LastUpdate, Fee = told.Fee, RateKnown = row.RateKnown && row.RateSource != RateSource.Polled,
        });
    }

    private void TakeRateAtTarget(int market, ReadOnlyMemory<byte> answer)
    {
        // What answers in another shape, or with what no such model stores, is another model.
        var rate = answer.Length == 32 ? Int256.FromBits(UInt256.ReadBigEndian(answer.Span)) : Int256.MinusOne;
        if (rate.IsNegative) Poll(market);
        else if (state.Markets[market].RateSource != RateSource.Polled) state.Set(market, state.Markets[market] with { RateSource = RateSource.AdaptiveCurve, RateKnown = true, Rate = rate.Abs });
    }

    private void Poll(int market) => state.Set(market, state.Markets[market] with { RateSource = RateSource.Polled, RateKnown = false, Rate = UInt256.Zero });

    private StateRead AskRate(int market, MarketParams terms, MarketRow asked) => new(
        $"borrow rate of market {state.Markets.KeyAt(market)}", Calls.BorrowRateView(terms, asked),
        answer => TakeRate(market, asked, Decoding.Open(answer, words: 1).ReadUInt256()),
        () => TakeRate(market, asked, null)) { Refused = () => TakeRate(market, asked, null) };

    /// <param name="asked">What the rate was asked for: that the market has changed since makes it that of another state.</param>
    /// <param name="rate">Null where the model reverts or takes all gas, and with it everything that accrues.</param>
    private void TakeRate(int market, in MarketRow asked, UInt256? rate)
    {
        var row = state.Markets[market];
        if (row.RateSource != RateSource.Polled || row.LastUpdate != asked.LastUpdate || row.BorrowAssets != asked.BorrowAssets || row.SupplyAssets != asked.SupplyAssets) return;
        if (row.RateKnown != rate is not null || row.Rate != (rate ?? default)) state.Set(market, row with { RateKnown = rate is not null, Rate = rate ?? default });
    }
}
