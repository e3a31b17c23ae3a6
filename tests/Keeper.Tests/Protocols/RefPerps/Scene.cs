using System.Text.RegularExpressions;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;
using Keeper.Protocols.RefPerps;

namespace Keeper.Tests.Protocols.RefPerps;

/// <summary>An adapter that is told a state by logs, as a chain would.</summary>
internal sealed partial class Scene
{
    public const ulong Now = 1_000_000;
    public static readonly UInt256 Wad = 1_000_000_000_000_000_000UL;
    public static readonly Address Contract = Address.Parse("0x00000000000000000000000000000000000000c0");
    public static readonly Address QuoteToken = Address.Parse("0x00000000000000000000000000000000000000d0");

    public Scene() => Protocol = new(new ProtocolSettings("test", "RefPerps", Contract, 0, null), Undo);

    public UndoLog Undo { get; } = new();
    public RefPerpsProtocol Protocol { get; }

    public static Address Proxy(uint market) => Numbered(0xf000 + market);
    public static Address Aggregator(uint market) => Numbered(0xa000 + market);
    public static Address Numbered(uint value) => AbiReader.ToAddress((UInt256)value);

    /// <summary>One market with a read feed of 18 decimals at a price of 1, one account with an id of 1.</summary>
    public static Scene Simple(MarketTerms? terms = null)
    {
        var scene = new Scene();
        scene.List(1, terms ?? new());
        scene.Apply(Globals());
        scene.Read();
        scene.Price(1, Wad);
        scene.Apply(Opened(1));
        return scene;
    }

    public void Apply(params IEnumerable<Log> logs)
    {
        foreach (var log in logs) Protocol.Apply(log);
    }

    public void List(uint market, MarketTerms terms) =>
        Apply(Listed(market), ParamsSet(market, terms), TiersSet(market, terms.Maintenance, terms.Initial), Synced(market, 0, Now), State(market, 0, 0));

    /// <summary>Answers every missing read: aggregators as numbered, rounds of 1.0 at <see cref="Now"/>.</summary>
    public void Read()
    {
        foreach (var read in Protocol.MissingReads()) read.Apply(Answer(read));
        foreach (var read in Protocol.PollReads().Where(read => read.Call.To == QuoteToken)) read.Apply(Answer(read));
    }

    public static byte[] Answer(StateRead read) => read.What switch
    {
        "quote token" => Words(QuoteToken),
        "symbol of the quote token" => new AbiWriter().Bytes("USDX"u8).ToArray(),
        "decimals of the quote token" => new AbiWriter().Word((UInt256)18UL).ToArray(),
        var what when what.StartsWith("aggregator", StringComparison.Ordinal) => Words(Numbered((uint)Suffix(read.Call.To!.Value) - 0xf000 + 0xa000)),
        _ => Round(1, (Int256)Wad, Now, Now),
    };

    public static byte[] Words(Address address) => new AbiWriter().Word(address).ToArray();

    public static byte[] Round(ulong round, Int256 answer, ulong startedAt, ulong updatedAt) =>
        new AbiWriter().Word((UInt256)round).Word(answer).Word((UInt256)startedAt).Word((UInt256)updatedAt).Word((UInt256)round).ToArray();

    /// <summary>The next round of the market's aggregator.</summary>
    public void Price(uint market, UInt256 answer, ulong updatedAt = Now) => Answer(market, (Int256)answer, updatedAt);

    public void Answer(uint market, Int256 answer, ulong updatedAt = Now)
    {
        var feed = Enumerable.Range(0, Protocol.State.Feeds.Count).First(row => Protocol.State.Feeds[row].Aggregator == Aggregator(market));
        Apply(Answered(Aggregator(market), answer, (ulong)(Protocol.State.Feeds[feed].Round & ulong.MaxValue) + 1, updatedAt));
    }

    /// <summary>Every row of every table. Revisions are left out: they differ where the content was written twice.</summary>
    public string Fingerprint()
    {
        var state = Protocol.State;
        var rows = new List<string> { state.Globals.ToString() };
        for (var i = 0; i < state.Accounts.Count; i++) rows.Add($"{state.Accounts.KeyAt(i)}: {state.Accounts[i]}");
        for (var i = 0; i < state.Positions.Count; i++) rows.Add($"{state.Positions.KeyAt(i)}: {state.Positions[i]}");
        for (var i = 0; i < state.Markets.Count; i++) rows.Add($"{state.Markets.KeyAt(i)}: {state.Markets[i]} {state.Markets[i].Maintenance?.GetHashCode()}");
        for (var i = 0; i < state.Feeds.Count; i++) rows.Add($"{state.Feeds.ProxyOf(i)}: {state.Feeds[i]}");
        return Revisions().Replace(string.Join('\n', rows), "");
    }

    public static Log Opened(ulong id) => FromContract(Topics.AccountOpened, [id, 0xabcUL], new AbiWriter().Word(UInt256.Zero).Word(UInt256.Zero));
    public static Log Quote(ulong id, Int256 balance) => FromContract(Topics.QuoteChanged, [id], new AbiWriter().Word(balance).Word(balance).Word(UInt256.Zero));

    public static Log Position(ulong id, uint market, Int256 size, Int256 entryNotional, Int256 entryFunding) => FromContract(
        Topics.PositionChanged, [id, market],
        new AbiWriter().Word(size).Word(entryNotional).Word(entryFunding).Word(Int256.Zero).Word(Int256.Zero).Word(Wad).Word(UInt256.Zero));

    public static Log Liquidated(ulong id, uint market, ulong keeper = 0xabc) => FromContract(
        Topics.PositionLiquidated, [id, market, keeper],
        new AbiWriter().Word(Wad).Word(Int256.Zero).Word(Wad).Word(UInt256.One).Word(UInt256.One).Word(Int256.Zero).Word(UInt256.One));

    public static Log Synced(uint market, Int256 index, ulong time) => FromContract(
        Topics.MarketSynced, [market], new AbiWriter().Word(UInt256.One).Word(Wad).Word((UInt256)time).Word(index).Word((UInt256)time));

    public static Log State(uint market, Int256 skew, Int256 rate) => FromContract(
        Topics.MarketState, [market], new AbiWriter().Word(skew).Word(skew.IsNegative ? UInt256.Zero : skew.Abs).Word(skew.IsNegative ? skew.Abs : UInt256.Zero).Word(rate));

    public static Log Insurance(UInt256 balance) => FromContract(Topics.InsuranceFundChanged, [0], new AbiWriter().Word((Int256)balance).Word(balance));
    public static Log Pool(Int256 balance) => FromContract(Topics.PoolChanged, [], new AbiWriter().Word(balance).Word(balance));
    public static Log Paused(byte bits) => FromContract(Topics.PausedSet, [], new AbiWriter().Word((UInt256)(ulong)bits));
    public static Log Listed(uint market) => FromContract(Topics.MarketListed, [market], new AbiWriter().Word(UInt256.One));

    public static Log Globals(UInt256 stipend = default, UInt256? keeperCap = null, ulong debtPpm = 0, Address sequencer = default, ulong grace = 0) => FromContract(
        Topics.GlobalParamsSet, [],
        new AbiWriter().Word(stipend).Word(keeperCap ?? UInt256.MaxValue >> 128).Word((UInt256)debtPpm).Word((UInt256)grace).Word(sequencer));

    public static Log ParamsSet(uint market, MarketTerms terms) => FromContract(
        Topics.MarketParamsSet, [market],
        new AbiWriter().Word(terms.Feed ?? Proxy(market)).Word((UInt256)terms.MaxStaleness).Word(terms.PremiumCap).Word(terms.Lot).Word(terms.MinNotional)
            .Word(terms.Lot).Word(terms.SkewScale).Word(UInt256.Zero).Word(UInt256.Zero).Word((UInt256)terms.LiqFeePpm).Word((UInt256)terms.KeeperSharePpm)
            .Word((UInt256)terms.BufferPpm).Word((UInt256)terms.PartialFloorPpm).Word((UInt256)terms.FeedDecimals));

    public static Log TiersSet(uint market, (UInt256 Upper, uint Ppm)[] maintenance, (UInt256 Upper, uint Ppm)[] initial) => FromContract(
        Topics.MarketTiersSet, [market], new AbiWriter().StaticArray(maintenance, WriteTier).StaticArray(initial, WriteTier));

    public static Log Answered(Address aggregator, Int256 answer, ulong round, ulong updatedAt) =>
        At(aggregator, OracleTopics.AnswerUpdated, [answer.Bits, round], new AbiWriter().Word((UInt256)updatedAt).ToArray());

    public static Log At(Address address, Hash32 topic, UInt256[] indexed, byte[] data)
    {
        var topics = indexed.Select(word => new Hash32(word)).Concat(new Hash32[3]).ToArray();
        return new(address, 1 + indexed.Length, topic, topics[0], topics[1], topics[2], data, 1, default, default, 0);
    }

    private static Log FromContract(Hash32 topic, UInt256[] indexed, AbiWriter data) => At(Contract, topic, indexed, data.ToArray());
    private static void WriteTier(AbiWriter body, (UInt256 Upper, uint Ppm) tier) => body.Word(tier.Upper).Word((UInt256)tier.Ppm);
    private static ulong Suffix(Address address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.ToArray().AsSpan(16));

    [GeneratedRegex("Revision = -?[0-9]+")]
    private static partial Regex Revisions();
}

/// <summary>A market's parameters with defaults that make figures easy to read: no premium, no fee, 1 % and 2 % margin.</summary>
internal sealed record MarketTerms
{
    public static readonly UInt256 NoLimit = UInt256.MaxValue >> 128;

    public Address? Feed { get; init; }
    public ulong MaxStaleness { get; init; } = 3600;
    public UInt256 PremiumCap { get; init; } = UInt256.Zero;
    public UInt256 Lot { get; init; } = UInt256.One;
    public UInt256 MinNotional { get; init; } = UInt256.One;
    public UInt256 SkewScale { get; init; } = Scene.Wad * 1_000_000UL;
    public ulong LiqFeePpm { get; init; }
    public ulong KeeperSharePpm { get; init; } = 500_000;
    public ulong BufferPpm { get; init; }
    public ulong PartialFloorPpm { get; init; }
    public ulong FeedDecimals { get; init; } = 18;
    public (UInt256 Upper, uint Ppm)[] Maintenance { get; init; } = [(NoLimit, 10_000)];
    public (UInt256 Upper, uint Ppm)[] Initial { get; init; } = [(NoLimit, 20_000)];
}
