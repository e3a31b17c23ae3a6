using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.AaveV3;
using Keeper.Protocols.Capital;
using Keeper.Protocols.Oracles;

namespace Keeper.Tests.Protocols.AaveV3;

/// <summary>An adapter that is told a pool of two assets by answers and logs: the first priced by a feed, the second polled.</summary>
internal sealed class AaveWorld
{
    public const ulong Now = 1_800_000_000;
    public static readonly UInt256 Ray = UInt256.Parse("1000000000000000000000000000");
    public static readonly UInt256 Wad = 1_000_000_000_000_000_000UL;
    public static readonly Address Pool = Numbered(0x9001), Provider = Numbered(0x9002), Configurator = Numbered(0x9003), Oracle = Numbered(0x9004), Liquidator = Numbered(0x9005), Sentinel = Numbered(0x9006);
    public static readonly Address EtherFeed = Numbered(0xfa1), Aggregator = Numbered(0xaaa);
    public static readonly Address Ether = Numbered(0xa1), Dollars = Numbered(0xa2), Alice = Numbered(0xb1), Bob = Numbered(0xb2);

    public AaveWorld(ulong revision = 10, IReadOnlyList<SwapRoute>? routes = null, IReadOnlyList<Address>? sameTokens = null)
    {
        Revision = revision;
        Protocol = new(
            new ProtocolSettings("test", "aave-v3", Pool, 0, null)
            {
                Options = new AaveV3Options(new CapitalOptions(Liquidator, CapitalFunding.Flash, 500, routes ?? [new(Ether, Dollars, Numbered(0x51), default, 3_000), new(Dollars, Ether, Numbered(0x51), default, 3_000)]) { SameTokens = sameTokens ?? [] }),
            },
            Undo);
    }

    private ulong? _now;
    private ulong _number = 1;

    public UndoLog Undo { get; } = new();
    public AaveV3Protocol Protocol { get; }
    public ulong Revision { get; set; }
    public UInt256 EtherPrice { get; set; } = 2_000_00000000UL;
    public ulong Round { get; set; } = 1;
    public ulong RoundAt { get; set; } = Now;
    public UInt256? DollarPrice { get; set; } = 1_00000000UL;
    public bool HasSentinel { get; set; }
    public bool MayLiquidate { get; set; } = true;
    public Dictionary<Address, AaveReserve> Reserves { get; } = new() { [Ether] = new(Ether, 0, 18), [Dollars] = new(Dollars, 1, 6) };

    /// <summary>Read, at its first block.</summary>
    public static AaveWorld Ready(ulong revision = 10, Action<AaveWorld>? with = null, IReadOnlyList<SwapRoute>? routes = null, IReadOnlyList<Address>? sameTokens = null)
    {
        var world = new AaveWorld(revision, routes, sameTokens);
        with?.Invoke(world);
        while (world.Protocol.SourceReads() is { Count: > 0 } sources) world.Answer(sources);
        world.At(Now);
        world.Read();
        return world;
    }

    public static Address Numbered(ulong value) => AbiReader.ToAddress((UInt256)value);
    public int Account(Address user) => Enumerable.Range(0, Protocol.AccountCount).Single(account => Protocol.KeyOf(account) == user.ToString());

    public void At(ulong timestamp, ulong? number = null)
    {
        (_now, _number) = (timestamp, number ?? _number);
        Protocol.BeginBlock(new BlockRef(_number, default, default, timestamp));
    }

    public void Apply(params IEnumerable<Log> logs)
    {
        foreach (var log in logs) Protocol.Apply(log);
    }

    /// <summary>Answers the polls of another block, and everything that is missing and can be had.</summary>
    public void Read()
    {
        if (_now is { } now) At(now);
        Answer(Protocol.PollReads());
        var failed = new HashSet<string>();
        for (var rounds = 0; rounds < 8 && Protocol.MissingReads().Where(read => !failed.Contains(read.What)).ToArray() is { Length: > 0 } reads; rounds++) failed.UnionWith(Answer(reads));
    }

    public List<string> Answer(IReadOnlyList<StateRead> reads)
    {
        var failed = new List<string>();
        foreach (var read in reads)
        {
            if (Say(read.Call) is { } answer) read.Apply(answer);
            else
            {
                read.Reverted?.Invoke();
                failed.Add(read.What);
            }
        }
        return failed;
    }

    /// <summary>A user with scaled balances; indexes are 1 until something accrues.</summary>
    public void Give(Address user, Address asset, UInt256 supply = default, UInt256 debt = default, bool isCollateral = true)
    {
        if (!supply.IsZero) Apply(Mint(Reserves[asset].AToken, user, supply, UInt256.Zero, Ray));
        if (!supply.IsZero && isCollateral) Apply(Flag(Topics.CollateralEnabled, asset, user));
        if (!debt.IsZero) Apply(Mint(Reserves[asset].DebtToken, user, debt, UInt256.Zero, Ray));
    }

    public static Log Mint(Address token, Address user, UInt256 value, UInt256 increase, UInt256 index) => LogOf(token, Topics.Mint, [Word(user), Word(user)], new AbiWriter().Word(value).Word(increase).Word(index));
    public static Log Burn(Address token, Address user, UInt256 value, UInt256 increase, UInt256 index) => LogOf(token, Topics.Burn, [Word(user), Word(user)], new AbiWriter().Word(value).Word(increase).Word(index));
    public static Log Transfer(Address token, Address from, Address to, UInt256 scaled) => LogOf(token, Topics.BalanceTransfer, [Word(from), Word(to)], new AbiWriter().Word(scaled).Word(Ray));
    public static Log Flag(Hash32 topic, Address asset, Address user) => LogOf(Pool, topic, [Word(asset), Word(user)], new());
    public static Log EMode(Address user, ulong category) => LogOf(Pool, Topics.UserEModeSet, [Word(user)], new AbiWriter().Word((UInt256)category));
    public static Log Updated(Address asset, UInt256 liquidityRate, UInt256 debtRate, UInt256 liquidityIndex, UInt256 debtIndex) =>
        LogOf(Pool, Topics.ReserveDataUpdated, [Word(asset)], new AbiWriter().Word(liquidityRate).Word(UInt256.Zero).Word(debtRate).Word(liquidityIndex).Word(debtIndex));
    public static Log LiquidationOf(Address user, Address collateral, Address debt, bool receivesAToken) =>
        LogOf(Pool, Topics.LiquidationCall, [Word(collateral), Word(debt), Word(user)], new AbiWriter().Word(UInt256.One).Word(UInt256.One).Word(Liquidator).Word(receivesAToken));
    public static Log Listed(AaveReserve reserve) => LogOf(Configurator, Topics.ReserveInitialized, [Word(reserve.Asset), Word(reserve.AToken)], new AbiWriter().Word(Address.Zero).Word(reserve.DebtToken).Word(Address.Zero));
    public static Log Paused(Address asset, bool paused) => LogOf(Configurator, Topics.ReservePaused, [Word(asset)], new AbiWriter().Word(paused));
    public static Log Answered(UInt256 price, ulong round, ulong at) => LogOf(Aggregator, OracleTopics.AnswerUpdated, [price, round], new AbiWriter().Word(at));
    public static Log PoolUpdated() => LogOf(Provider, Topics.PoolUpdated, [Word(Numbered(1)), Word(Numbered(2))], new());
    public static Log SourceUpdated(Address asset) => LogOf(Oracle, Topics.AssetSourceUpdated, [Word(asset), Word(Numbered(3))], new());

    public static Log LogOf(Address from, Hash32 topic, UInt256[] indexed, AbiWriter data)
    {
        var topics = indexed.Select(word => new Hash32(word)).Concat(Enumerable.Repeat(default(Hash32), 3)).ToArray();
        return new(from, 1 + indexed.Length, topic, topics[0], topics[1], topics[2], data.ToArray(), 1, default, default, 0);
    }

    public static UInt256 Word(Address address)
    {
        var word = new byte[32];
        address.CopyTo(word.AsSpan(12));
        return UInt256.ReadBigEndian(word);
    }

    /// <summary>Every row of every table, but for revisions.</summary>
    public string Fingerprint()
    {
        var state = Protocol.State;
        var rows = new List<string> { (state.Globals with { Revision = 0, Shape = 0 }).ToString() };
        for (var i = 0; i < state.Users.Count; i++) rows.Add($"{state.Users.KeyAt(i)}: {state.Users[i]}");
        for (var i = 0; i < state.Balances.Count; i++) rows.Add($"{state.Balances.KeyAt(i)}: {state.Balances[i]}");
        for (var i = 0; i < state.Reserves.Count; i++) rows.Add($"{state.Reserves.KeyAt(i)}: {state.Reserves[i]}");
        for (var i = 0; i < state.Categories.Count; i++) rows.Add($"{state.Categories.KeyAt(i)}: {state.Categories[i]}");
        for (var i = 0; i < state.Prices.Count; i++) rows.Add($"{state.Prices.KeyAt(i)}: {state.Prices[i]}");
        return string.Join('\n', rows);
    }

    /// <summary>What the contracts answer as the world is now; null where they revert.</summary>
    public byte[]? Say(CallRequest call)
    {
        var (to, data) = (call.To!.Value, call.Data);
        var asset = data.Length >= 36 ? AbiReader.ToAddress(UInt256.ReadBigEndian(data.Span[4..36])) : default;
        if (Is(Calls.Provider(Pool))) return Words(Word(Provider));
        if (Is(Calls.Revision(Pool))) return Words(Revision);
        if (Is(Calls.Configurator(Provider))) return Words(Word(Configurator));
        if (Is(Calls.Oracle(Provider))) return Words(Word(Oracle));
        if (Is(Calls.Sentinel(Provider))) return Words(Word(HasSentinel ? Sentinel : default));
        if (Is(Calls.BaseCurrencyUnit(Oracle))) return Words(100_000_000UL);
        if (Is(Calls.ReservesList(Pool))) return new AbiWriter().StaticArray(Reserves.Values.Where(one => !one.IsDropped).Select(one => one.Asset).ToArray(), (writer, one) => writer.Word(one)).ToArray();
        if (Is(Calls.ReserveData(Pool, asset))) return Reserves[asset].Encode();
        if (Is(Calls.GracePeriod(Pool, asset))) return Words(Reserves[asset].GraceUntil);
        if (Is(Calls.CategoryConfig(Pool, 1))) return Words(9_000UL, 9_300UL, 10_100UL);
        if (Is(Calls.CategoryBitmap(Pool, 1))) return Words(1UL);
        if (Is(Calls.SourceOfAsset(Oracle, asset))) return Words(Word(asset) + 0xf00UL);
        if (Is(Calls.AssetPrice(Oracle, Ether))) return Words(EtherPrice);
        if (Is(Calls.AssetPrice(Oracle, asset))) return DollarPrice is { } price ? Words(price) : null;
        if (to == Sentinel) return Words(MayLiquidate ? 1UL : 0UL);
        if (Is(OracleCalls.Aggregator(EtherFeed))) return Words(Word(Aggregator));
        if (Is(OracleCalls.LatestRoundData(EtherFeed))) return Words(Round, EtherPrice, RoundAt, RoundAt, Round);
        if (Reserves.Values.Any(reserve => to == reserve.AToken || to == reserve.DebtToken)) return Words(7UL);
        return null;

        bool Is(CallRequest other) => call.To == other.To && call.Data.Span.SequenceEqual(other.Data.Span);
    }

    private static byte[] Words(params ReadOnlySpan<UInt256> words)
    {
        var writer = new AbiWriter();
        foreach (var word in words) writer.Word(word);
        return writer.ToArray();
    }
}
