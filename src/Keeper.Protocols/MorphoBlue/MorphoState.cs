using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>The mirrored state: tables of the undo log. There is a row for each market of the configuration, from the beginning, in its order.</summary>
internal sealed class MorphoState
{
    private readonly OracleRevisions _revisions;

    public MorphoState(UndoLog undo, IEnumerable<Hash32> markets)
    {
        _revisions = new(undo);
        Markets = new(undo);
        Positions = new(undo);
        Oracles = new(undo);
        foreach (var id in markets) Markets.Put(id, new() { Revision = _revisions.Next(changesShape: false) });
    }

    public Table<Hash32, MarketRow> Markets { get; }

    /// <summary>The accounts: one for each borrower and market.</summary>
    public Table<PositionKey, PositionRow> Positions { get; }

    public OracleBook Oracles { get; }

    /// <summary>Of the block whose logs are being applied; null in history, whose blocks' times nobody tells.</summary>
    public ulong? Now { get; set; }

    /// <summary>The number of that block; 0 in history.</summary>
    public ulong Block { get; set; }

    /// <summary>Equal where <see cref="RateModels"/> are.</summary>
    public long Shape => _revisions.Shape;

    /// <summary>Contracts whose logs tell rates.</summary>
    public IEnumerable<Address> RateModels()
    {
        for (var market = 0; market < Markets.Count; market++)
            if (Markets[market].Params is { Irm: { IsZero: false } irm } && Markets[market].RateSource != RateSource.Polled) yield return irm;
    }

    /// <summary>Overwrites a market, which gets a new revision.</summary>
    public void Set(int market, in MarketRow row)
    {
        var old = Markets[market];
        Markets.Set(market, row with { Revision = _revisions.Next(changesShape: old.Params != row.Params || old.RateSource != row.RateSource) });
    }

    /// <summary>The market was touched in the block at hand: what it stores has changed, and the time from which it accrues.</summary>
    public void SetTouched(int market, in MarketRow row) => Set(market, row with
    {
        LastUpdate = Now ?? 0,
        RateKnown = row.RateKnown && row.RateSource != RateSource.Polled,
    });

    public PositionRow Position(int market, Address borrower) =>
        Positions.TryGet(new(market, borrower), out var row) ? row : new(market, UInt256.Zero, UInt256.Zero);

    public void SetPosition(Address borrower, in PositionRow row) => Positions.Put(new(row.Market, borrower), row);
}
