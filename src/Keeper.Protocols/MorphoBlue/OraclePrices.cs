using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>
/// What the markets' oracles say. Every one is asked for <c>price()</c> in every block. One that is a <c>MorphoChainlinkOracleV2</c> on feeds with aggregators is reckoned from their
/// rounds, so that a price is acted on with its log: as long as that gives what the oracle says where both are known. All of it goes back with the undo log.
/// </summary>
internal sealed class OraclePrices
{
    private readonly MorphoState _state;
    private readonly OracleRevisions _revisions;
    private readonly Table<Address, OracleRow> _oracles;
    private (long Book, long Row, PriceFault Fault, UInt256 Price)[] _last = [];

    public OraclePrices(MorphoState state, UndoLog undo)
    {
        _state = state;
        _revisions = new(undo);
        _oracles = new(undo);
    }

    private OracleBook Book => _state.Oracles;

    /// <summary>Another block: answers age. Those that were read before any block was told are as of the first.</summary>
    public void Age()
    {
        var now = Book.Clock.Now;
        for (var i = 0; i < _oracles.Count; i++)
        {
            var (oracle, row) = (_oracles.KeyAt(i), _oracles[i]);
            if (!row.Known || row.IsOld) continue;
            if (row.AsOf == default) Set(oracle, row with { AsOf = now });
            else if (row.AsOf.IsTooOldAt(now)) Set(oracle, row with { IsOld = true });
        }
    }

    /// <summary>What the contract would take for the price of a market, of which the parameters are known, in a block with this timestamp.</summary>
    /// <param name="price">At 1e36; good only without a fault.</param>
    public PriceFault Of(int market, ulong timestamp, out UInt256 price)
    {
        price = default;
        if (_state.Markets[market].Params is not { } terms || !_oracles.TryFind(terms.Oracle, out var oracle)) return PriceFault.Unread;
        if (oracle >= _last.Length) Array.Resize(ref _last, 2 * _oracles.Count);
        ref var last = ref _last[oracle];
        var revision = _oracles[oracle].Revision;
        if (last.Row != revision || last.Book != Book.Revision) last = (Book.Revision, revision, Read(oracle, timestamp, out var read), read);
        price = last.Price;
        return last.Fault;
    }

    /// <summary>The time of the block that a market's price is of, where it is known by asking alone, in seconds; null of others.</summary>
    public ulong? AskedAt(int market) =>
        _state.Markets[market].Params is { } terms && _oracles.TryGet(terms.Oracle, out var row) && row is { Form: OracleForm.Opaque, Known: true } ? row.AsOf.Told : null;

    /// <summary>Whether a market's price is known by asking alone.</summary>
    public bool AnyIsAsked
    {
        get
        {
            for (var oracle = 0; oracle < _oracles.Count; oracle++) if (_oracles[oracle].Form == OracleForm.Opaque) return true;
            return false;
        }
    }

    /// <summary>Whether the price is wholly of logs: what was polled is of an earlier block.</summary>
    public bool IsOfLogs(int market) =>
        _state.Markets[market].Params is { } terms && _oracles.TryGet(terms.Oracle, out var row) && row is { Form: OracleForm.Composed, IsProven: true, IsDoubted: false } && Book.Graph.IsOfLogs(row.Node);

    public void AddMissing(List<StateRead> reads)
    {
        Follow();
        for (var i = 0; i < _oracles.Count; i++)
        {
            var (oracle, row) = (_oracles.KeyAt(i), _oracles[i]);
            if (row.Legs is { } legs) AddLegs(reads, oracle, legs);
            var mustCompare = row is { Form: OracleForm.Composed, IsDoubted: true } && Book.Graph.Evaluate(row.Node, 0, out _) != PriceFault.Unread;
            if (mustCompare) Book.Polled.AddPolls(reads);
            if (mustCompare || !row.IsAsked) reads.Add(Ask(oracle, isOfThisBlock: true));
        }
    }

    /// <summary>Another one first in each block: where answers come too late for all, none is always the last.</summary>
    public void AddPolls(List<StateRead> reads)
    {
        for (var i = 0; i < _oracles.Count; i++)
        {
            var oracle = (int)((_state.Block + (ulong)i) % (ulong)_oracles.Count);
            if (_oracles[oracle].IsToBeAsked(_state.Block)) reads.Add(Ask(_oracles.KeyAt(oracle), isOfThisBlock: false));
        }
    }

    /// <summary>Asks an oracle anew, at the mirror's block.</summary>
    public void AddRepair(List<StateRead> reads, Address oracle) => reads.Add(Ask(oracle, isOfThisBlock: true));

    private PriceFault Read(int oracle, ulong timestamp, out UInt256 price)
    {
        ref readonly var row = ref _oracles[oracle];
        price = row.Price;
        if (row is not { Form: OracleForm.Composed, IsProven: true }) return !row.Known ? PriceFault.Unread : row.IsOld ? PriceFault.Stale : PriceFault.None;
        var fault = Book.Graph.Evaluate(row.Node, timestamp, out var value);
        price = value.Abs;
        return fault;
    }

    /// <summary>Oracles of markets whose parameters have become known.</summary>
    private void Follow()
    {
        for (var market = 0; market < _state.Markets.Count; market++)
            if (_state.Markets[market].Params is { } terms && !_oracles.TryFind(terms.Oracle, out _)) _oracles.Put(terms.Oracle, new() { Revision = _revisions.Next(false), Legs = new() });
    }

    private void AddLegs(List<StateRead> reads, Address oracle, OracleLegs legs)
    {
        foreach (var getter in legs.Untold)
        {
            var (selector, signature) = OracleLegs.Getters[getter];
            reads.Add(new StateRead($"{signature} of oracle {oracle}", new PolledKey(oracle, selector).ToCall(), answer => TakeLeg(oracle, getter, answer), () => BeOpaque(oracle)) { Refused = () => BeOpaque(oracle) });
        }
        if (legs.Untold.Any()) return;
        foreach (var feed in legs.Unproven)
        {
            var proxy = legs.AddressOf(feed);
            reads.Add(new StateRead($"whether {proxy} has an aggregator, for oracle {oracle}", OracleCalls.Aggregator(proxy), answer => TakeProof(oracle, feed, answer), () => BeOpaque(oracle)) { Refused = () => BeOpaque(oracle) });
        }
    }

    private void TakeLeg(Address oracle, int getter, ReadOnlyMemory<byte> answer)
    {
        // Whatever answers in another shape is another kind of oracle; so is one with dirty addresses.
        var word = answer.Length == 32 ? UInt256.ReadBigEndian(answer.Span) : default(UInt256?);
        if (word is null || (OracleLegs.IsAddress(getter) && word.Value.BitLength > 160)) BeOpaque(oracle);
        else if (Find(oracle) is { Legs: { } legs } row) SetLegs(oracle, row, legs.With(getter, word.Value));
    }

    private void TakeProof(Address oracle, int feed, ReadOnlyMemory<byte> answer)
    {
        if (answer.Length != 32 || UInt256.ReadBigEndian(answer.Span) is { IsZero: true } or { BitLength: > 160 }) BeOpaque(oracle);
        else if (Find(oracle) is { Legs: { } legs } row) SetLegs(oracle, row, legs.WithAggregator(feed));
    }

    private void SetLegs(Address oracle, OracleRow row, OracleLegs legs)
    {
        if (legs.Untold.Any() || legs.Unproven.Any()) Set(oracle, row with { Legs = legs });
        else Set(oracle, row with { Form = OracleForm.Composed, Legs = null, Node = legs.Compose(Book), IsDoubted = true });
    }

    private void BeOpaque(Address oracle)
    {
        if (Find(oracle) is { Form: not OracleForm.Opaque } row) Set(oracle, row with { Form = OracleForm.Opaque, Legs = null });
    }

    private StateRead Ask(Address oracle, bool isOfThisBlock)
    {
        var asOf = Book.Clock.Now;
        return new(
            $"price of oracle {oracle}", Calls.Price(oracle),
            answer => Take(oracle, Decoding.FirstWord(answer), asOf, isOfThisBlock),
            () => Take(oracle, null, asOf, isOfThisBlock)) { Refused = () => Take(oracle, null, asOf, isOfThisBlock, isRefused: true) };
    }

    /// <param name="price">Null where it reverts, answers with less than a word, or takes all gas.</param>
    /// <param name="isOfThisBlock">Else it may be of an earlier one: where it differs, it only says that the oracle must be asked.</param>
    /// <param name="isRefused">No node runs it to its end.</param>
    private void Take(Address oracle, UInt256? price, AsOf asOf, bool isOfThisBlock, bool isRefused = false)
    {
        if (Find(oracle) is not { } row || row.AsOf.Number > asOf.Number) return;
        if (isRefused && row.Known)
        {
            // The node's trouble may be its own: the price stays until it is too old.
            Set(oracle, row with { Refusals = row.Refusals + 1 });
            return;
        }
        var next = row with
        {
            Known = price is not null, Price = price ?? default, AsOf = asOf, IsOld = asOf.IsTooOldAt(Book.Clock.Now), IsAsked = true, Refusals = isRefused ? row.Refusals + 1 : 0,
        };
        if (row.Form == OracleForm.Composed && Book.Graph.Evaluate(row.Node, 0, out var value) is var fault and not PriceFault.Unread)
        {
            var agrees = fault == PriceFault.None ? price == value.Abs : price is null;
            next = agrees ? next with { IsProven = true, IsDoubted = false } : isOfThisBlock ? next with { Form = OracleForm.Opaque, IsDoubted = false } : next with { IsDoubted = true };
        }
        if (next != row) Set(oracle, next);
    }

    /// <summary>A row that is still there: it may have been undone since it was asked about.</summary>
    private OracleRow? Find(Address oracle) => _oracles.TryGet(oracle, out var row) ? row : null;

    private void Set(Address oracle, in OracleRow row) => _oracles.Put(oracle, row with { Revision = _revisions.Next(false) });
}
