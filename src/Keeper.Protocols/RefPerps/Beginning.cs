using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.RefPerps;

/// <summary>
/// A start without history. What no log told of is asked of the contract, at whatever block the mirror has come to: first what there is once, then the markets, then accounts, those of the
/// list and those that logs name. Until an account was read its logs only name it: the reading tells what they told. What was asked for goes back with the undo log like any state.
/// </summary>
internal sealed class Beginning
{
    private const byte Exchange = 0, Market = 1, Account = 2;

    private readonly RefPerpsState _state;
    private readonly Ingest _ingest;
    private readonly ContractAudit _views;
    private readonly Address _contract;

    /// <summary>What must be known, and whether it was read. Accounts that logs have opened since are not in it.</summary>
    private readonly Table<(byte Kind, UInt256 Id), bool> _read;

    public Beginning(RefPerpsState state, Ingest ingest, ContractAudit views, Address contract, KnownStart start, UndoLog undo)
    {
        (_state, _ingest, _views, _contract) = (state, ingest, views, contract);
        _read = new(undo);
        _read.Put((Exchange, default), false);
        foreach (var account in start.Accounts)
            if (Activity.TryParse(account) is { } id) _read.Put((Account, id), false);
    }

    /// <summary>Whether logs of the account can be applied; else it is noted, to be read.</summary>
    public bool Knows(UInt256 account)
    {
        if (_state.Accounts.TryFind(account, out _)) return true;
        _read.Put((Account, account), false);
        return false;
    }

    /// <summary>Whether logs of the market can be applied; else it is read with what there is once, later than this log.</summary>
    public bool Knows(uint market) => _state.Markets.TryFind(market, out _);

    public void AddMissing(List<StateRead> reads)
    {
        if (!IsRead((Exchange, default)))
        {
            reads.AddRange(Whole((Exchange, default),
            [
                new("global parameters", Calls.GetGlobalParams(_contract), answer => _ingest.Apply(GlobalParamsSet.Read(answer))),
                new("pool", Calls.Pool(_contract), answer => _state.SetGlobals(_state.Globals with { Pool = Decoding.Open(answer, words: 1).ReadInt256() })),
                new("insurance fund", Calls.InsuranceFund(_contract), answer => _state.SetGlobals(_state.Globals with { InsuranceFund = Decoding.Open(answer, words: 1).ReadUInt256() })),
                new("pauses", Calls.Paused(_contract), answer => _state.SetGlobals(_state.Globals with { PausedBits = Decoding.Open(answer, words: 1).ReadByte() })),
                TotalQuote(),
                new("number of markets", Calls.MarketCount(_contract), AddMarkets),
            ]));
            return;
        }
        var before = reads.Count;
        for (var row = 0; row < _state.Markets.Count; row++)
        {
            var market = _state.Markets.KeyAt(row);
            if (!IsRead((Market, market))) reads.AddRange(Whole((Market, market), _views.ReadsOf(market)));
        }
        // Positions are of markets.
        if (reads.Count > before) return;
        for (var row = 0; row < _read.Count; row++)
            if (!_read[row] && _read.KeyAt(row) is (Account, var id)) reads.AddRange(ReadsOf(id));
        // By how much it changed where an account was not known, no log told.
        if (reads.Count > before) reads.Add(TotalQuote());
    }

    /// <summary>What a log or a view has not told yet of what is known to be there; with it the sum that the mirror cannot make up.</summary>
    public CapturedTable<(byte Kind, UInt256 Id), bool> Capture() => _read.Capture();

    public static void Write(SnapshotWriter writer, CapturedTable<(byte Kind, UInt256 Id), bool> read, Int256 totalQuote)
    {
        writer.Signed(totalQuote);
        var open = Enumerable.Range(0, read.Count).Where(row => !read[row]).Select(read.KeyAt).Order().ToArray();
        writer.Count(open.Length);
        foreach (var (kind, id) in open)
        {
            writer.Byte(kind);
            writer.Unsigned(id);
        }
    }

    /// <summary>Behind the rest of the state: what is in it was read, but for what is listed here.</summary>
    public void Read(ref SnapshotReader reader)
    {
        _state.SetGlobals(_state.Globals with { TotalQuote = reader.Signed() });
        _read.Put((Exchange, default), true);
        for (var row = 0; row < _state.Markets.Count; row++) _read.Put((Market, _state.Markets.KeyAt(row)), true);
        for (var row = 0; row < _read.Count; row++)
            if (_read.KeyAt(row) is (Account, var id) && _state.Accounts.TryFind(id, out _)) _read.Set(row, true);
        for (var left = reader.Count(bytesEach: 2); left > 0; left--) _read.Put((reader.Byte(), reader.Unsigned()), false);
    }

    private bool IsRead((byte Kind, UInt256 Id) what) => _read.TryGet(what, out var isRead) && isRead;

    private void AddMarkets(ReadOnlyMemory<byte> answer)
    {
        var count = (uint)Decoding.Open(answer, words: 1).ReadUInt(32);
        for (uint market = 1; market <= count; market++) _state.AddMarket(market);
    }

    private StateRead TotalQuote() =>
        new("total quote", Calls.TotalQuote(_contract), answer => _state.SetGlobals(_state.Globals with { TotalQuote = Decoding.Open(answer, words: 1).ReadInt256() }));

    /// <summary>Nothing of it is in the state before all of it is told, so that what was told of a part is never taken for the whole.</summary>
    private IEnumerable<StateRead> ReadsOf(UInt256 id)
    {
        AccountAnswer? account = null;
        var positions = new List<PositionChanged>();
        var reads = new List<StateRead> { new($"account {id}", Calls.GetAccount(_contract, id), answer => account = ContractAudit.ReadAccount(answer)) };
        for (var row = 0; row < _state.Markets.Count; row++)
        {
            var market = _state.Markets.KeyAt(row);
            reads.Add(new($"position of account {id} in market {market}", Calls.GetPosition(_contract, id, market), answer => positions.Add(ContractAudit.ReadPosition(id, market, answer))));
        }
        return Whole((Account, id), reads, () =>
        {
            // There is none with this name: a list may have it, no log can.
            if (account!.Owner.IsZero || _state.Accounts.TryFind(id, out _)) return;
            // Not by a change of its balance, which would change the sum.
            _state.Accounts.Put(id, AccountRow.New with { Quote = account.Quote });
            foreach (var position in positions.Where(position => !position.Size.IsZero)) _ingest.Apply(position);
        });
    }

    private IEnumerable<StateRead> Whole((byte Kind, UInt256 Id) what, IReadOnlyList<StateRead> reads, Action? then = null)
    {
        var left = reads.Count;
        return reads.Select(read => read with
        {
            Apply = answer =>
            {
                read.Apply(answer);
                if (--left > 0) return;
                then?.Invoke();
                _read.Put(what, true);
            },
        });
    }
}
