using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>
/// The contract's own word on an account. Morpho has no view of health: what it is reckoned from is compared, position, market and price, and the arithmetic on it by tests.
/// </summary>
internal sealed class ContractAudit(MorphoState state, MarketReads reads, OraclePrices prices, Address contract)
{
    private static readonly IReadOnlyList<AuditDifference> Agreed = [];

    public IReadOnlyList<AuditRead> Of(int account, ulong timestamp)
    {
        var (position, borrower) = (state.Positions[account], state.Positions.KeyAt(account).Borrower);
        var (id, market) = (state.Markets.KeyAt(position.Market), state.Markets[position.Market]);
        var audits = new List<AuditRead>
        {
            new(Calls.Position(contract, id, borrower), answer => Compare(position, answer)),
            new(Calls.Market(contract, id), answer => Compare(market, answer)),
        };
        // What was polled is of an earlier block, and may differ.
        if (prices.IsOfLogs(position.Market) && prices.Of(position.Market, timestamp, out var price) is var fault and not PriceFault.Unread)
            audits.Add(new(Calls.Price(market.Params!.Oracle), answer => Compare(fault, price, answer)));
        return audits;
    }

    /// <summary>The account, its market, and every feed: in which of them a log was lost cannot be told from the account.</summary>
    public IReadOnlyList<StateRead> Repair(int account)
    {
        var (market, borrower) = (state.Positions[account].Market, state.Positions.KeyAt(account).Borrower);
        var id = state.Markets.KeyAt(market);
        var repairs = new List<StateRead> { new($"position of {borrower} in market {id}", Calls.Position(contract, id, borrower), answer => Take(market, borrower, answer)) };
        reads.AddRepair(repairs, market);
        state.Oracles.Feeds.AddRounds(repairs);
        state.Oracles.Polled.AddPolls(repairs);
        if (state.Markets[market].Params is { } terms) prices.AddRepair(repairs, terms.Oracle);
        return repairs;
    }

    private void Take(int market, Address borrower, ReadOnlyMemory<byte> answer)
    {
        var (shares, collateral) = OpenPosition(answer);
        state.SetPosition(borrower, new(market, shares, collateral));
    }

    /// <summary>Supplied shares come first: nothing here depends on them.</summary>
    private static (UInt256 BorrowShares, UInt256 Collateral) OpenPosition(ReadOnlyMemory<byte> answer)
    {
        var data = Decoding.Open(answer, words: 3);
        data.ReadUInt256();
        return (data.ReadUInt(128), data.ReadUInt(128));
    }

    private static IReadOnlyList<AuditDifference>? Compare(in PositionRow mirrored, CallResult answer)
    {
        if (answer is not CallResult.Returned(var data)) return null;
        var (shares, collateral) = OpenPosition(data);
        return Differences(("borrowShares", mirrored.BorrowShares, shares), ("collateral", mirrored.Collateral, collateral));
    }

    private static IReadOnlyList<AuditDifference>? Compare(in MarketRow mirrored, CallResult answer)
    {
        if (answer is not CallResult.Returned(var data)) return null;
        var told = MarketView.Open(data);
        // Without a rate model, accruing leaves no log; then nothing depends on the time.
        var lastUpdate = mirrored.LastUpdate == 0 || mirrored.RateSource == RateSource.None ? told.LastUpdate : mirrored.LastUpdate;
        return Differences(
            ("totalSupplyAssets", mirrored.SupplyAssets, told.SupplyAssets), ("totalSupplyShares", mirrored.SupplyShares, told.SupplyShares),
            ("totalBorrowAssets", mirrored.BorrowAssets, told.BorrowAssets), ("totalBorrowShares", mirrored.BorrowShares, told.BorrowShares),
            ("lastUpdate", lastUpdate, told.LastUpdate), ("fee", mirrored.Fee, told.Fee));
    }

    private static IReadOnlyList<AuditDifference>? Compare(PriceFault fault, UInt256 price, CallResult answer) => answer switch
    {
        CallResult.Returned(var data) when Decoding.Open(data, words: 1).ReadUInt256() is var told =>
            fault == PriceFault.None ? Differences(("price", price, told)) : [new("price", $"refused as {fault}", told.ToString())],
        CallResult.Reverted => fault == PriceFault.None ? [new("price", price.ToString(), "a revert")] : Agreed,
        _ => null,
    };

    private static IReadOnlyList<AuditDifference> Differences(params ReadOnlySpan<(string Field, UInt256 Mirrored, UInt256 Contract)> fields)
    {
        List<AuditDifference>? found = null;
        foreach (var (field, mirrored, told) in fields)
        {
            if (mirrored != told) (found ??= []).Add(new(field, mirrored.ToString(), told.ToString()));
        }
        return found ?? Agreed;
    }
}
