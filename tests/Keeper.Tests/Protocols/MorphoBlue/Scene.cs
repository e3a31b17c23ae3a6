using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;
using Keeper.Protocols.MorphoBlue;
using Keeper.Protocols.Oracles;

namespace Keeper.Tests.Protocols.MorphoBlue;

/// <summary>An adapter that is told a state by logs, and answered by views that a test writes down.</summary>
internal sealed class Scene
{
    public const ulong Now = 1_000_000;
    public static readonly UInt256 Wad = 1_000_000_000_000_000_000UL;
    public static readonly Address Contract = Numbered(0xc0), Loan = Numbered(0x10), Collateral = Numbered(0x11), Oracle = Numbered(0x20), Irm = Numbered(0x30);
    public static readonly Address Borrower = Numbered(0xb1), Caller = Numbered(0xca), Liquidator = Numbered(0x40), Swapper = Numbered(0x41), UsdFeed = Numbered(0x50);
    public static readonly MarketParams Terms = new(Loan, Collateral, Oracle, Irm, Wad / 10UL * 8UL);
    public static readonly Hash32 Id = Terms.Id(Keccak.Hash);

    private readonly Dictionary<(Address To, string Data), byte[]> _views = [];

    public Scene(UInt256? maxRepay = null, IReadOnlyList<Hash32>? markets = null, bool hasFeed = false, bool hasRoute = true)
    {
        var options = new MorphoBlueOptions(
            markets ?? [Id], [new(Loan, hasFeed ? UsdFeed : null, hasFeed ? null : Wad, maxRepay)],
            new(Liquidator, CapitalFunding.Flash, 0, hasRoute ? [new(Collateral, Loan, Swapper, new byte[43], 10_000)] : []));
        Protocol = new(new ProtocolSettings("test", "morpho-blue", Contract, 0, null) { Options = options }, Undo, Keccak.Hash);
        Protocol.BeginBlock(new(1, default, default, Now));
        Views(Contract, "idToMarketParams(bytes32)", new AbiWriter().Word(Id), Terms.Write(new()));
        Views(Loan, "decimals()", new(), new AbiWriter().Word(18u));
        Price(1);
    }

    public UndoLog Undo { get; } = new();
    public MorphoBlueProtocol Protocol { get; }

    public static Address Numbered(uint value) => AbiReader.ToAddress((UInt256)value);

    /// <summary>
    /// A market without interest (its rate model answers nothing but a rate of zero) at a price of one: 1,000 supplied, and one account with 100 of collateral and a debt.
    /// </summary>
    public static Scene Simple(UInt256? debt = null, UInt256? maxRepay = null, bool hasFeed = false, bool hasRoute = true)
    {
        var scene = new Scene(maxRepay, hasFeed: hasFeed, hasRoute: hasRoute);
        scene.Rate(UInt256.Zero);
        var lent = debt ?? Wad * 60UL;
        scene.Apply(Created(), Supplied(Wad * 1_000UL), CollateralIn(Wad * 100UL), Borrowed(lent, lent * 1_000_000UL));
        scene.Read();
        return scene;
    }

    public void Apply(params IEnumerable<Log> logs)
    {
        foreach (var log in logs) Protocol.Apply(log);
    }

    /// <summary>Writes down what a view returns; null is a revert.</summary>
    public void Views(Address to, string signature, AbiWriter arguments, AbiWriter? answer)
    {
        var key = (to, Hex.Encode(arguments.ToCall(Keccak.Selector(signature))));
        if (answer is null) _views.Remove(key);
        else _views[key] = answer.ToArray();
    }

    /// <summary>The oracle's price of one unit, times 1e36.</summary>
    public void Price(UInt256? price) => Views(Oracle, "price()", new(), price is { } told ? new AbiWriter().Word(told * MorphoMath.PriceScale) : null);

    /// <summary>A price in its own scale.</summary>
    public void ExactPrice(UInt256 price) => Views(Oracle, "price()", new(), new AbiWriter().Word(price));

    /// <summary>What <c>borrowRateView</c> returns, whatever it is asked; null where it reverts.</summary>
    public void Rate(UInt256? rate) => BorrowRate = rate;

    public UInt256? BorrowRate { get; private set; }

    /// <summary>Answers what is missing until nothing more is, or only what reverts.</summary>
    public void Read()
    {
        var failed = new HashSet<string>();
        for (var round = 0; Protocol.MissingReads().Where(read => !failed.Contains(read.What)).ToArray() is { Length: > 0 } reads; round++)
        {
            Assert.True(round < 8, $"Still missing: {reads[0].What}.");
            foreach (var read in reads) if (!Answer(read)) failed.Add(read.What);
        }
    }

    /// <summary>The polls of a block that has no log.</summary>
    public void Poll()
    {
        Protocol.BeginBlock(new(1, default, default, Now));
        foreach (var read in Protocol.PollReads()) Answer(read);
    }

    /// <returns>False where it reverted, or was not what the ABI says.</returns>
    public bool Answer(StateRead read)
    {
        if (Find(read.Call) is { } answer)
        {
            try
            {
                read.Apply(answer);
                return true;
            }
            catch (AbiException)
            {
                return false;
            }
        }
        read.Reverted?.Invoke();
        return false;
    }

    /// <summary>What was written down for a call; null where it reverts.</summary>
    public byte[]? Find(CallRequest call)
    {
        var data = Hex.Encode(call.Data.Span);
        if (_views.TryGetValue((call.To!.Value, data), out var answer)) return answer;
        if (data.StartsWith("0x8c00bf6b", StringComparison.Ordinal) && BorrowRate is { } rate) return new AbiWriter().Word(rate).ToArray();
        return call.To == Contract && data.StartsWith("0x5c60e39a", StringComparison.Ordinal) ? Market(Protocol.State.Markets[0]) : null;
    }

    /// <summary>The market as the mirror has it, last touched <see cref="Now"/>.</summary>
    public static byte[] Market(in MarketRow row) => new AbiWriter().Word(row.SupplyAssets).Word(row.SupplyShares).Word(row.BorrowAssets).Word(row.BorrowShares)
        .Word((UInt256)(row.LastUpdate == 0 ? Now : row.LastUpdate)).Word(row.Fee).ToArray();

    /// <summary>Feeds with aggregators behind the oracle's getters: base over quote, each of 8 decimals.</summary>
    public void Compose(Address? baseAggregator, ulong basePrice, ulong price)
    {
        var (feed, quote) = (Numbered(0x60), Numbered(0x61));
        UInt256[] words = [UInt256.Zero, UInt256.One, UInt256.Zero, UInt256.One, (UInt256)0x60UL, UInt256.Zero, (UInt256)0x61UL, UInt256.Zero, MorphoMath.PriceScale];
        foreach (var ((_, signature), word) in OracleLegs.Getters.Zip(words)) Views(Oracle, signature, new(), new AbiWriter().Word(word));
        Views(feed, "aggregator()", new(), baseAggregator is { } aggregator ? new AbiWriter().Word(aggregator) : null);
        Views(quote, "aggregator()", new(), new AbiWriter().Word(Numbered(0x71)));
        Views(feed, "latestRoundData()", new(), Round(1, basePrice * 100_000_000UL));
        Views(quote, "latestRoundData()", new(), Round(1, 100_000_000UL));
        Price(price);
    }

    public static AbiWriter Round(ulong round, ulong answer) =>
        new AbiWriter().Word((UInt256)round).Word((UInt256)answer).Word((UInt256)Now).Word((UInt256)Now).Word((UInt256)round);

    public static Log Answered(Address aggregator, Int256 answer, ulong round) =>
        At(aggregator, OracleTopics.AnswerUpdated, [new(answer.Bits), new((UInt256)round)], new AbiWriter().Word((UInt256)Now));

    /// <summary>Every row of the tables that Morpho's logs change, without revisions: they differ where the content was written twice.</summary>
    public string Fingerprint() => string.Join('\n',
        Enumerable.Range(0, Protocol.State.Markets.Count).Select(market => $"{Protocol.State.Markets.KeyAt(market)}: {Protocol.State.Markets[market] with { Revision = 0 }}")
            .Concat(Enumerable.Range(0, Protocol.AccountCount).Select(account => $"{Protocol.KeyOf(account)}: {Protocol.State.Positions[account]}")));

    public byte[] Save()
    {
        using var stream = new MemoryStream();
        using var writer = new SnapshotWriter(stream);
        Protocol.Capture().Save(writer);
        writer.End();
        return stream.ToArray();
    }

    public static Log Created(MarketParams? terms = null) =>
        At(Contract, Topics.CreateMarket, [(terms ?? Terms).Id(Keccak.Hash)], (terms ?? Terms).Write(new()));

    public static Log Supplied(UInt256 assets, Hash32? market = null) => In(Topics.Supply, market, Caller, assets, assets * 1_000_000UL);
    public static Log Withdrawn(UInt256 assets) => Out(Topics.Withdraw, Caller, assets, assets * 1_000_000UL);
    public static Log Borrowed(UInt256 assets, UInt256 shares, Address? borrower = null) => Out(Topics.Borrow, borrower ?? Borrower, assets, shares);
    public static Log Repaid(UInt256 assets, UInt256 shares) => In(Topics.Repay, null, Borrower, assets, shares);
    public static Log CollateralIn(UInt256 assets, Address? borrower = null) => In(Topics.SupplyCollateral, null, borrower ?? Borrower, assets);
    public static Log CollateralOut(UInt256 assets) => Out(Topics.WithdrawCollateral, Borrower, assets);
    public static Log Fee(UInt256 fee) => At(Contract, Topics.SetFee, [Id], new AbiWriter().Word(fee));
    public static Log Accrued(UInt256 rate, UInt256 interest, UInt256 feeShares) => At(Contract, Topics.AccrueInterest, [Id], new AbiWriter().Word(rate).Word(interest).Word(feeShares));
    public static Log Rated(UInt256 average, UInt256 atTarget, Address? irm = null) => At(irm ?? Irm, Topics.BorrowRateUpdate, [Id], new AbiWriter().Word(average).Word(atTarget));

    public static Log Liquidated(UInt256 repaid, UInt256 shares, UInt256 seized, UInt256 badAssets = default, UInt256 badShares = default) =>
        At(Contract, Topics.Liquidate, [Id, Indexed(Caller), Indexed(Borrower)], new AbiWriter().Word(repaid).Word(shares).Word(seized).Word(badAssets).Word(badShares));

    public static Log At(Address contract, Hash32 topic, Hash32[] indexed, AbiWriter data) => new(
        contract, 1 + indexed.Length, topic, indexed.ElementAtOrDefault(0), indexed.ElementAtOrDefault(1), indexed.ElementAtOrDefault(2), data.ToArray(), 1, default, default, 0);

    private static Log In(Hash32 topic, Hash32? market, Address account, params UInt256[] words) => At(Contract, topic, [market ?? Id, Indexed(Caller), Indexed(account)], Words(new(), words));
    private static Log Out(Hash32 topic, Address account, params UInt256[] words) => At(Contract, topic, [Id, Indexed(account), Indexed(Caller)], Words(new AbiWriter().Word(Caller), words));
    private static Hash32 Indexed(Address address) => new(new AbiWriter().Word(address).ToArray());

    private static AbiWriter Words(AbiWriter to, UInt256[] words)
    {
        foreach (var word in words) to.Word(word);
        return to;
    }
}
