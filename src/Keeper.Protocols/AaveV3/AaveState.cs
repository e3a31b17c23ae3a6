using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.AaveV3;

/// <summary>The mirrored state: tables of the undo log, and the writes that keep their invariants. Whatever is stored goes back with it.</summary>
internal sealed class AaveState
{
    /// <summary>Bits of a user's configuration and of a category, two and one for each reserve.</summary>
    public const int MostReserves = 128;

    private readonly Table<int, GlobalRow> _globals;
    private long _revision;

    public AaveState(UndoLog undo)
    {
        Users = new(undo);
        Balances = new(undo);
        Reserves = new(undo);
        Categories = new(undo);
        Prices = new(undo);
        Oracles = new(undo);
        _globals = new(undo);
        _globals.Put(0, new() { Sentinel = UserRow.None, Unread = GlobalRow.AllRead });
    }

    public Table<Address, UserRow> Users { get; }
    public Table<BalanceKey, BalanceRow> Balances { get; }
    public Table<Address, ReserveRow> Reserves { get; }
    public Table<byte, CategoryRow> Categories { get; }
    public Table<Address, PriceRow> Prices { get; }
    public OracleBook Oracles { get; }
    public ref readonly GlobalRow Globals => ref _globals[0];

    /// <summary>Equal where indexes, parameters and prices are.</summary>
    public (long, long) Revision => (Globals.Revision, Oracles.Revision);

    /// <summary>Equal where the filters are.</summary>
    public (long, long) Shape => (Globals.Shape, Oracles.Shape);

    public void SetGlobals(in GlobalRow row, bool changesShape = false)
    {
        _revision++;
        _globals.Set(0, row with { Revision = _revision, Shape = changesShape ? _revision : row.Shape });
    }

    /// <exception cref="MirrorException">No log told of it.</exception>
    public int RequireReserve(Address asset) =>
        Reserves.TryFind(asset, out var reserve) ? reserve : throw new MirrorException($"A log names the asset {asset}, and none listed it.");

    /// <summary>Whether it may owe at a stable rate, of which nothing is mirrored. From 3.2 on no such debt exists, whatever history tells.</summary>
    public bool HasStableDebt(int user) => Globals.Profile is null or { IsFirst: true } && Users[user].HasStableDebt;

    /// <summary>Whether what the mirror holds of the user is what the pool does, and is read by the rules that it has now.</summary>
    public bool IsRead(int user) => Globals is { IsUpgraded: false, Unread: var unread } && user < unread;

    public int UserOf(Address user) => Users.TryFind(user, out var row) ? row : Users.Put(user, UserRow.New);

    public void SetReserve(int reserve, in ReserveRow row)
    {
        var old = Reserves[reserve];
        Reserves.Set(reserve, row);
        SetGlobals(Globals, old.AToken != row.AToken || old.DebtToken != row.DebtToken || old.StableToken != row.StableToken);
    }

    /// <summary>An asset that is on the list, or is again; what it is like has to be read.</summary>
    public void List(Address asset, Address aToken = default, Address debtToken = default, Address stableToken = default)
    {
        if (!Reserves.TryFind(asset, out var reserve)) reserve = Reserves.Put(asset, default);
        var row = Reserves[reserve];
        SetReserve(reserve, aToken.IsZero ? row with { Known = false } : row with { Known = false, AToken = aToken, DebtToken = debtToken, StableToken = stableToken });
    }

    public void SetCategory(byte id, in CategoryRow row)
    {
        Categories.Put(id, row);
        SetGlobals(Globals);
    }

    public void SetPrice(Address asset, in PriceRow row)
    {
        if (Prices.TryGet(asset, out var old) && old.Kind is PriceKind.Supposed or PriceKind.Feed && (row.Kind is PriceKind.Unread or PriceKind.Sourced or PriceKind.Polled)) LeaveFeed(asset, old.Row);
        Prices.Put(asset, row);
        SetGlobals(Globals);
    }

    /// <summary>The row of the user's balance of a reserve; a new one is chained from the user.</summary>
    public int BalanceOf(int user, int reserve)
    {
        var key = new BalanceKey(user, reserve);
        if (Balances.TryFind(key, out var balance)) return balance;
        balance = Balances.Put(key, new(reserve, Users[user].First, UInt256.Zero, UInt256.Zero, false));
        Users.Set(user, Users[user] with { First = balance });
        return balance;
    }

    public void SetSupply(int user, int reserve, UInt256 scaled)
    {
        var balance = BalanceOf(user, reserve);
        Balances.Set(balance, Balances[balance] with { Supply = scaled });
    }

    public void SetDebt(int user, int reserve, UInt256 scaled)
    {
        var balance = BalanceOf(user, reserve);
        var change = (scaled.IsZero ? 0 : 1) - (Balances[balance].Debt.IsZero ? 0 : 1);
        Balances.Set(balance, Balances[balance] with { Debt = scaled });
        if (change != 0) Users.Set(user, Users[user] with { Debts = Users[user].Debts + change });
    }

    public void SetCollateral(int user, int reserve, bool isCollateral)
    {
        var balance = BalanceOf(user, reserve);
        Balances.Set(balance, Balances[balance] with { IsCollateral = isCollateral });
    }

    private void LeaveFeed(Address asset, int feed)
    {
        for (var i = 0; i < Prices.Count; i++) if (Prices.KeyAt(i) != asset && Prices[i].Kind is PriceKind.Supposed or PriceKind.Feed && Prices[i].Row == feed) return;
        Oracles.Feeds.Leave(feed);
    }
}
