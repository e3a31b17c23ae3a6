using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.RefPerps;

/// <summary>The mirrored state: tables of the undo log, and the writes that keep their invariants. Whatever is stored goes back with it.</summary>
internal sealed class RefPerpsState
{
    private readonly Table<int, GlobalRow> _globals;
    private long _revision;

    public RefPerpsState(UndoLog undo)
    {
        Accounts = new(undo);
        Positions = new(undo);
        Markets = new(undo);
        Oracles = new(undo);
        _globals = new(undo);
        _globals.Put(0, new() { SequencerFeed = AccountRow.None });
    }

    public Table<UInt256, AccountRow> Accounts { get; }
    public Table<PositionKey, PositionRow> Positions { get; }
    public Table<uint, MarketRow> Markets { get; }
    public OracleBook Oracles { get; }
    public FeedBook Feeds => Oracles.Feeds;
    public ref readonly GlobalRow Globals => ref _globals[0];

    /// <exception cref="MirrorException">No log told of it.</exception>
    public int RequireAccount(UInt256 id) =>
        Accounts.TryFind(id, out var account) ? account : throw new MirrorException($"A log names account {id}, and none opened it.");

    /// <exception cref="MirrorException">No log told of it.</exception>
    public int RequireMarket(uint id) =>
        Markets.TryFind(id, out var market) ? market : throw new MirrorException($"A log names market {id}, and none listed it.");

    /// <summary>SPEC.md, section 7: quote tokens that the exchange accounts for.</summary>
    /// <exception cref="MirrorException">Less than nothing, which the contract cannot hold.</exception>
    public UInt256 Cash()
    {
        var cash = Globals.TotalQuote + Globals.Pool + (Int256)Globals.InsuranceFund;
        return cash.IsNegative ? throw new MirrorException($"The mirrored balances add up to {cash}.") : cash.Abs;
    }

    public CapturedState Capture(Address contract) => new(
        Accounts.Capture(), Positions.Capture(), Markets.Capture(), Globals, Globals.SequencerFeed == AccountRow.None ? default : Feeds.ProxyOf(Globals.SequencerFeed), contract);

    public void SetGlobals(in GlobalRow row) => _globals.Set(0, row);

    public void SetMarket(int market, in MarketRow row)
    {
        var left = Markets[market].Feed;
        Markets.Set(market, row with { Revision = ++_revision });
        if (row.Feed != left) LeaveUnused(left);
    }

    public void SetSequencerFeed(int feed)
    {
        var left = Globals.SequencerFeed;
        SetGlobals(Globals with { SequencerFeed = feed });
        if (feed != left) LeaveUnused(left);
    }

    public void AddMarket(uint id)
    {
        if (!Markets.TryFind(id, out _)) Markets.Put(id, new() { Revision = ++_revision, Feed = AccountRow.None });
    }

    private void LeaveUnused(int feed)
    {
        if (feed == AccountRow.None || feed == Globals.SequencerFeed) return;
        for (var market = 0; market < Markets.Count; market++) if (Markets[market].Feed == feed) return;
        Feeds.Leave(feed);
    }

    public void SetQuote(int account, Int256 balance)
    {
        var row = Accounts[account];
        SetGlobals(Globals with { TotalQuote = Globals.TotalQuote - row.Quote + balance });
        Accounts.Set(account, row with { Quote = balance });
    }

    /// <summary>Writes a position; a size of zero closes it. The chain of the account holds exactly its open positions.</summary>
    public void SetPosition(int account, uint marketId, Int256 size, Int256 entryNotional, Int256 entryFunding)
    {
        var market = RequireMarket(marketId);
        var key = new PositionKey(account, marketId);
        var known = Positions.TryFind(key, out var position);
        var wasOpen = known && !Positions[position].Size.IsZero;
        var next = wasOpen ? Positions[position].Next : AccountRow.None;

        if (!wasOpen && !size.IsZero) next = Accounts[account].FirstPosition;
        if (wasOpen && size.IsZero) Unchain(account, position);
        position = Positions.Put(key, new(market, size.IsZero ? AccountRow.None : next, size, entryNotional, entryFunding));
        if (!wasOpen && !size.IsZero) Accounts.Set(account, Accounts[account] with { FirstPosition = position });
    }

    private void Unchain(int account, int position)
    {
        var next = Positions[position].Next;
        var at = Accounts[account].FirstPosition;
        if (at == position)
        {
            Accounts.Set(account, Accounts[account] with { FirstPosition = next });
            return;
        }
        while (Positions[at].Next != position) at = Positions[at].Next;
        Positions.Set(at, Positions[at] with { Next = next });
    }
}
