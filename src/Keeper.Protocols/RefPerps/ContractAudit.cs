using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.RefPerps;

/// <summary>
/// The contract's own word on an account. <c>accountHealth</c> hangs on everything that decides: balance, positions, markets, parameters, prices, time. <c>getAccount</c> says
/// what it cannot where a price is refused.
/// </summary>
internal sealed class ContractAudit(RefPerpsState state, Ingest ingest, Margin margin, Address contract)
{
    private static readonly IReadOnlyList<AuditDifference> Agreed = [];

    public IReadOnlyList<AuditRead> Of(int account, ulong timestamp)
    {
        var (id, quote, markets) = (state.Accounts.KeyAt(account), state.Accounts[account].Quote, MarketsOf(account));
        var reads = new List<AuditRead> { new(Calls.GetAccount(contract, id), answer => Compare(quote, markets, answer)) };
        if (TryHealth(account, timestamp, out var health)) reads.Add(new(Calls.AccountHealth(contract, id), answer => Compare(health, answer)));
        else reads.Add(new(Calls.AccountHealth(contract, id), _ => null));
        return reads;
    }

    /// <summary>The account, and all markets and feeds: in which of them a log was lost cannot be told from the account.</summary>
    public IReadOnlyList<StateRead> Repair(int account)
    {
        var id = state.Accounts.KeyAt(account);
        var reads = new List<StateRead>
        {
            new($"account {id}", Calls.GetAccount(contract, id), answer => ingest.Apply(new QuoteChanged(id, ReadAccount(answer).Quote))),
            new("global parameters", Calls.GetGlobalParams(contract), answer => ingest.Apply(GlobalParamsSet.Read(answer))),
        };
        for (var row = 0; row < state.Markets.Count; row++)
        {
            var market = state.Markets.KeyAt(row);
            reads.AddRange(ReadsOf(market));
            reads.Add(new($"position of account {id} in market {market}", Calls.GetPosition(contract, id, market), answer => ingest.Apply(ReadPosition(id, market, answer))));
        }
        state.Feeds.AddRounds(reads);
        return reads;
    }

    /// <summary>All that is mirrored of a market.</summary>
    public IReadOnlyList<StateRead> ReadsOf(uint market) =>
    [
        new($"parameters of market {market}", Calls.GetMarketParams(contract, market), answer => ApplyParams(market, answer)),
        new($"tiers of market {market}", Calls.GetMarketTiers(contract, market), answer => ingest.Apply(MarketTiersSet.Read(market, answer))),
        new($"market {market}", Calls.GetMarket(contract, market), answer => ApplyMarket(market, answer)),
    ];

    /// <returns>False where the mirror itself does not know yet what the contract would say.</returns>
    private bool TryHealth(int account, ulong timestamp, out AccountHealth? health)
    {
        health = null;
        try
        {
            health = margin.Health(account, timestamp);
        }
        catch (ArithmeticException)
        {
            // The contract's checked arithmetic refuses such amounts, with an error of the language and none of its own.
            return false;
        }
        if (health is not null) return true;
        if (state.Globals.SequencerFeed is var sequencer and not AccountRow.None && !state.Feeds[sequencer].RoundKnown) return false;
        for (var at = state.Accounts[account].FirstPosition; at != AccountRow.None; at = state.Positions[at].Next)
        {
            ref readonly var market = ref state.Markets[state.Positions[at].Market];
            if (market.Params is null || market.Maintenance is null || !state.Feeds[market.Feed].RoundKnown) return false;
        }
        return true;
    }

    private static IReadOnlyList<AuditDifference>? Compare(AccountHealth? mirrored, CallResult answer)
    {
        switch (answer)
        {
            case CallResult.Returned(var bytes):
                var data = Decoding.Open(bytes, words: 3);
                var (equity, maintenance, initial) = (data.ReadInt256(), data.ReadUInt256(), data.ReadUInt256());
                if (mirrored is not { } health) return [new("accountHealth", "refused for a price", $"equity {equity}, maintenance {maintenance}")];
                return Differences(
                    ("equity", health.Equity.ToString(), equity.ToString()),
                    ("maintenance", health.Maintenance.ToString(), maintenance.ToString()),
                    ("initial", health.Initial.ToString(), initial.ToString()));
            case CallResult.Reverted(var bytes) when Errors.Explain(bytes.Span) is { IsKnown: true } failure:
                return mirrored is { } believed ? [new("accountHealth", $"equity {believed.Equity}, maintenance {believed.Maintenance}", $"a revert: {failure.Detail}")] : Agreed;
            default:
                return null;
        }
    }

    private static IReadOnlyList<AuditDifference>? Compare(Int256 quote, string markets, CallResult answer)
    {
        if (answer is not CallResult.Returned(var bytes)) return null;
        var told = ReadAccount(bytes);
        return Differences(("quote", quote.ToString(), told.Quote.ToString()), ("markets", markets, Join(told.Markets)));
    }

    private static IReadOnlyList<AuditDifference> Differences(params ReadOnlySpan<(string Field, string Mirrored, string Contract)> fields)
    {
        List<AuditDifference>? found = null;
        foreach (var (field, mirrored, told) in fields)
        {
            if (mirrored != told) (found ??= []).Add(new(field, mirrored, told));
        }
        return found ?? Agreed;
    }

    private string MarketsOf(int account)
    {
        var markets = new List<uint>();
        for (var at = state.Accounts[account].FirstPosition; at != AccountRow.None; at = state.Positions[at].Next) markets.Add(state.Markets.KeyAt(state.Positions[at].Market));
        return Join(markets);
    }

    /// <summary>The contract keeps them in no particular order.</summary>
    private static string Join(List<uint> markets) => markets.Count == 0 ? "none" : string.Join(", ", markets.Order());

    /// <summary>An <c>AccountView</c>: offset, owner, mode, isolatedMarket, quote, offset of the markets, which follow.</summary>
    public static AccountAnswer ReadAccount(ReadOnlyMemory<byte> answer)
    {
        var data = new AbiReader(answer.Span).ReadOffset();
        var owner = data.ReadAddress();
        data.ReadByte();
        data.ReadUInt32();
        var quote = data.ReadInt256();
        var list = data.ReadOffset();
        var markets = new List<uint>();
        for (var left = list.ReadLength(32); left > 0; left--) markets.Add(list.ReadUInt32());
        list.RequireEnd();
        return new(owner, quote, markets);
    }

    private void ApplyParams(uint market, ReadOnlyMemory<byte> answer)
    {
        var data = Decoding.Open(answer, words: 14);
        ingest.Apply(new MarketParamsSet(market, MarketParams.Read(ref data)));
    }

    private void ApplyMarket(uint market, ReadOnlyMemory<byte> answer)
    {
        var data = Decoding.Open(answer, words: 10);
        data.ReadHash32(); // symbol
        data.ReadUInt(80); // roundId of the last sync
        data.ReadUInt256(); // price of the last sync
        data.ReadUInt64(); // oracleUpdatedAt of the last sync
        var (index, time, rate) = (data.ReadInt256(), data.ReadUInt64(), data.ReadInt256());
        var told = new MarketState(market, data.ReadInt256(), data.ReadUInt256(), data.ReadUInt256(), rate);
        ingest.Apply(new MarketSynced(market, index, time));
        ingest.Apply(told);
    }

    public static PositionChanged ReadPosition(UInt256 account, uint market, ReadOnlyMemory<byte> answer)
    {
        var data = Decoding.Open(answer, words: 3);
        return new(account, market, data.ReadInt256(), data.ReadInt256(), data.ReadInt256());
    }
}
