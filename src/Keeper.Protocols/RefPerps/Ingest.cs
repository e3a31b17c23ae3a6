using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>Logs into state. Each log is decoded as a whole before anything is written; one of no interest changes nothing.</summary>
internal sealed class Ingest(RefPerpsState state, Address contract)
{
    /// <summary>Null where all of history is read: then everything that a log names was told of before.</summary>
    public Beginning? Beginning { get; set; }

    public void Apply(Log log)
    {
        if (log.TopicCount == 0) return;
        var topic = log.Topic0;
        if (log.Address != contract) state.Oracles.Apply(log);
        else if (topic == Topics.QuoteChanged) ApplyKnown(QuoteChanged.Decode(log));
        else if (topic == Topics.MarketSynced) ApplyKnown(MarketSynced.Decode(log));
        else if (topic == Topics.MarketState) ApplyKnown(MarketState.Decode(log));
        else if (topic == Topics.PositionChanged) ApplyKnown(PositionChanged.Decode(log));
        // Its state is in the logs beside it; a malformed one is no less a sign of another contract.
        else if (topic == Topics.PositionLiquidated) PositionLiquidated.Decode(log);
        else if (topic == Topics.PoolChanged) state.SetGlobals(state.Globals with { Pool = PoolChanged.Decode(log).NewBalance });
        else if (topic == Topics.InsuranceFundChanged) state.SetGlobals(state.Globals with { InsuranceFund = InsuranceFundChanged.Decode(log).NewBalance });
        else if (topic == Topics.AccountOpened) Apply(AccountOpened.Decode(log));
        else if (topic == Topics.MarketListed) state.AddMarket(MarketListed.Decode(log).Market);
        else if (topic == Topics.MarketParamsSet) ApplyKnown(MarketParamsSet.Decode(log));
        else if (topic == Topics.MarketTiersSet) ApplyKnown(MarketTiersSet.Decode(log));
        else if (topic == Topics.GlobalParamsSet) Apply(GlobalParamsSet.Decode(log));
        else if (topic == Topics.PausedSet) state.SetGlobals(state.Globals with { PausedBits = PausedSet.Decode(log).Bits });
    }

    public void Apply(QuoteChanged e) => state.SetQuote(state.RequireAccount(e.Account), e.NewBalance);

    public void Apply(PositionChanged e) =>
        state.SetPosition(state.RequireAccount(e.Account), e.Market, e.Size, e.EntryNotional, e.EntryFunding);

    public void Apply(MarketSynced e)
    {
        var market = state.RequireMarket(e.Market);
        state.SetMarket(market, state.Markets[market] with { FundingIndex = e.FundingIndex, FundingTime = e.FundingTime });
    }

    public void Apply(MarketState e)
    {
        var market = state.RequireMarket(e.Market);
        state.SetMarket(market, state.Markets[market] with { Skew = e.Skew, OiLong = e.OiLong, OiShort = e.OiShort, FundingRate = e.FundingRate });
    }

    public void Apply(MarketParamsSet e)
    {
        var market = state.RequireMarket(e.Market);
        var feed = state.Feeds.Follow(e.Params.Feed);
        state.SetMarket(market, state.Markets[market] with { Params = e.Params, Feed = feed });
    }

    public void Apply(MarketTiersSet e)
    {
        var market = state.RequireMarket(e.Market);
        state.SetMarket(market, state.Markets[market] with { Maintenance = e.Maintenance, Initial = e.Initial });
    }

    public void Apply(GlobalParamsSet e)
    {
        var feed = e.SequencerFeed.IsZero ? AccountRow.None : state.Feeds.Follow(e.SequencerFeed, isStatus: true);
        state.SetSequencerFeed(feed);
        state.SetGlobals(state.Globals with { Stipend = e.Stipend, KeeperCap = e.KeeperCap, DebtPpm = e.DebtPpm, SequencerGrace = e.SequencerGrace });
    }

    private void ApplyKnown(QuoteChanged e)
    {
        if (Beginning?.Knows(e.Account) ?? true) Apply(e);
    }

    private void ApplyKnown(PositionChanged e)
    {
        if (Beginning?.Knows(e.Account) ?? true) Apply(e);
    }

    private void ApplyKnown(MarketSynced e)
    {
        if (Beginning?.Knows(e.Market) ?? true) Apply(e);
    }

    private void ApplyKnown(MarketState e)
    {
        if (Beginning?.Knows(e.Market) ?? true) Apply(e);
    }

    private void ApplyKnown(MarketParamsSet e)
    {
        if (Beginning?.Knows(e.Market) ?? true) Apply(e);
    }

    private void ApplyKnown(MarketTiersSet e)
    {
        if (Beginning?.Knows(e.Market) ?? true) Apply(e);
    }

    private void Apply(AccountOpened e)
    {
        // One that is opened is read like any that a log names.
        if (Beginning is not null) Beginning.Knows(e.Account);
        else if (!state.Accounts.TryFind(e.Account, out _)) state.Accounts.Put(e.Account, AccountRow.New);
    }
}
