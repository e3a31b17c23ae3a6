using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Contracts;
using Keeper.Host.Demo;
using Keeper.Protocols.Capital;
using Keeper.Protocols.MorphoBlue;

namespace Keeper.Conformance.MorphoBlue;

/// <summary>
/// Markets of the real Morpho side by side: each has a borrower who falls with one price, and all but the honest ones a token, an oracle or a venue that does what it should not.
/// What is sold goes to an exchange that follows the feeds.
/// </summary>
internal sealed class HostileParts(TestChain chain)
{
    public const ulong PriceBefore = 2_000, PriceAfter = 1_850, PriceLast = 1_700;
    private const string Terms = MorphoWorld.Terms;
    private static readonly UInt256 Wad = MorphoWorld.Wad, Lltv = Wad / 100UL * 86UL;

    private readonly List<TestChain.Receipt> _sent = [];
    private readonly List<SwapRoute> _routes = [];
    private readonly List<Address> _loans = [];
    private Address _aggregator, _proxy, _dollarProxy, _swapper, _oracle;

    public MorphoWorld World { get; } = new(chain);
    public Address Executor { get; private set; }
    public Address Liquidator { get; private set; }
    public Address Multicall { get; private set; }
    public Address Feed => _proxy;
    public MarketParams Honest { get; private set; } = null!;
    public List<HostileMarket> Hostile { get; } = [];

    /// <summary>In every hostile market and in the honest one; falls with the first price.</summary>
    public Address Borrower => World.Users[0];

    /// <summary>In the honest market; falls with the second price.</summary>
    public Address LateBorrower => World.Users[1];

    /// <summary>With an executor for this key.</summary>
    public async Task DeployAsync(Address @operator)
    {
        await World.DeployAsync();
        var contract = NativeChainLibrary.Instance.Executor;
        var deployed = await chain.SendAsync(World.Owner, null, contract.DeployData(Artifact.Load(Artifact.ExecutorName).DeployData([]), new(World.Owner, @operator, AbiReader.ToAddress(0x7ea5_0004UL))));
        await chain.MineAsync(1, deployed);
        Executor = deployed.Contract;
        Liquidator = await World.CreateAsync("CollateralLiquidator", new AbiWriter().Word(World.Owner).Word(Executor).Word((UInt256)30_000UL));
        Multicall = await World.CreateAsync("Multicall", new());
        (_aggregator, _proxy) = await World.CreateFeedAsync(PriceBefore);
        (_, _dollarProxy) = await World.CreateFeedAsync(1);
        _swapper = await World.CreateAsync("FeedSwapper", new AbiWriter().Word((UInt256)3_000UL));
        // The collateral's feed alone, in the loan token's units: both have 18 decimals, the feed 8.
        _oracle = await World.CreateAsync("QuotientOracle", new AbiWriter().Word(MorphoMath.PriceScale / 100_000_000UL).Word(Address.Zero).Word(UInt256.One).Word(_proxy).Word(Address.Zero)
            .Word(Address.Zero).Word(UInt256.One).Word(Address.Zero).Word(Address.Zero));
        await SendAsync(World.Owner, World.Morpho, "enableLltv(uint256)", new AbiWriter().Word(Lltv));
        await SendAsync(World.Owner, Liquidator, "allowSwapper(address,bool)", new AbiWriter().Word(_swapper).Word(true));
        var function = CapitalCalls.MorphoFunction(Liquidator, World.Morpho);
        _sent.Add(await chain.SendAsync(World.Owner, Executor, contract.AllowTarget(function.Target, function.Selector, allowed: true)));
        await LendAsync(World.Loan);
        await SellAsync(World.Collateral);
        await MineAsync();
        Honest = await OpenAsync(World.Loan, World.Collateral, _oracle);
        await BorrowAsync(Honest, LateBorrower, 7_600);
        await MineAsync();
    }

    public ProtocolSettings Settings => new("morpho", "morpho-blue", World.Morpho, World.DeployBlock, null)
    {
        Options = new MorphoBlueOptions(
            [.. Hostile.Select(market => market.Terms).Prepend(Honest).Select(market => market.Id(Keccak.Hash))], [.. _loans.Select(loan => new LoanTokenOptions(loan, null, Wad, null))],
            new(Liquidator, CapitalFunding.Flash, 0, _routes)),
    };

    /// <param name="turnsTo">What the token becomes, by HostileToken.sol's numbers.</param>
    /// <param name="blocked">Of kind 2.</param>
    /// <param name="call">Of kind 10.</param>
    public async Task AddCollateralAsync(string name, byte turnsTo, string left, Address blocked = default, (Address To, byte[] Data) call = default)
    {
        var token = await TokenAsync(blocked);
        await SellAsync(token);
        Add($"collateral that {name}", await OpenAsync(World.Loan, token, _oracle), left, Turn(token, turnsTo, call));
    }

    /// <inheritdoc cref="AddCollateralAsync"/>
    public async Task AddLoanAsync(string name, byte turnsTo, string left, Address blocked = default, (Address To, byte[] Data) call = default)
    {
        var token = await TokenAsync(blocked);
        await LendAsync(token);
        Add($"a loan token that {name}", await OpenAsync(token, World.Collateral, _oracle), left, Turn(token, turnsTo, call));
    }

    /// <param name="turnsTo">What the oracle becomes, by HostileOracle.sol's numbers.</param>
    /// <param name="price">What it knows then: the one before the fall leaves nobody to liquidate.</param>
    public async Task AddOracleAsync(string name, byte turnsTo, string left, ulong price = PriceBefore)
    {
        var oracle = await World.CreateAsync("HostileOracle", new AbiWriter().Word(World.Morpho).Word(Price(PriceBefore)));
        Add($"an oracle that {name}", await OpenAsync(World.Loan, World.Collateral, oracle), left, (oracle, new AbiWriter().Word((UInt256)turnsTo).Word(Price(price)).ToCall(Keccak.Selector("set(uint8,uint256)"))));
    }

    /// <summary>Collateral that only a pool of Uniswap would sell, in which nobody has put anything.</summary>
    public async Task AddEmptyVenueAsync(string left)
    {
        var contracts = await ThirdPartyContracts.OpenAsync(ThirdPartyContracts.UniswapV3, default);
        var factory = await World.CreateAsync(contracts.Load("UniswapV3Factory"), new());
        var router = await World.CreateAsync(contracts.Load("SwapRouter"), new AbiWriter().Word(factory).Word(World.Loan));
        var swapper = await World.CreateAsync("UniswapV3Swapper", new AbiWriter().Word(router).Word(true));
        var token = await TokenAsync(default);
        await SendAsync(World.Owner, Liquidator, "allowSwapper(address,bool)", new AbiWriter().Word(swapper).Word(true));
        await SendAsync(World.Owner, factory, "createPool(address,address,uint24)", new AbiWriter().Word(token).Word(World.Loan).Word((UInt256)500UL), gas: 10_000_000);
        await MineAsync();
        await using var client = MorphoWorld.Client(chain);
        var pool = await client.CallAsync(
            [new(factory, new AbiWriter().Word(token).Word(World.Loan).Word((UInt256)500UL).ToCall(Keccak.Selector("getPool(address,address,uint24)")))], BlockId.Latest, CancellationToken.None);
        await SendAsync(World.Owner, new AbiReader(((CallResult.Returned)pool[0]).Data.Span).ReadAddress(), "initialize(uint160)", new AbiWriter().Word(UInt256.One << 96));
        _routes.Add(new(token, World.Loan, swapper, (byte[])[.. token.ToArray(), 0, 1, 0xf4, .. World.Loan.ToArray()], 3_000));
        Add("a pool without liquidity", await OpenAsync(World.Loan, token, _oracle), left, null);
    }

    /// <summary>In one block: the price falls to this, and these markets turn.</summary>
    public async Task FallAsync(ulong price, params IEnumerable<HostileMarket> turning)
    {
        foreach (var market in turning) if (market.Turn is var (to, data)) _sent.Add(await chain.SendAsync(World.Owner, to, data, 500_000));
        await SendAsync(World.Owner, _aggregator, "transmit(int192)", new AbiWriter().Word((Int256)(long)(price * 100_000_000)));
        await MineAsync();
    }

    /// <summary>A block with what was sent, all of which must succeed.</summary>
    public async Task MineAsync()
    {
        await chain.MineAsync(1, _sent);
        Assert.All(_sent, receipt => Assert.True(receipt.Succeeded, receipt.Hash));
        _sent.Clear();
    }

    private void Add(string name, MarketParams terms, string left, (Address, byte[])? turn) => Hostile.Add(new(name, terms, left, turn));

    private static (Address, byte[]) Turn(Address token, byte kind, (Address To, byte[] Data) call) =>
        (token, new AbiWriter().Word((UInt256)kind).Word(call.To).Bytes(call.Data ?? []).ToCall(Keccak.Selector("turn(uint8,address,bytes)")));

    /// <summary>A market with lent money and one borrower.</summary>
    private async Task<MarketParams> OpenAsync(Address loan, Address collateral, Address oracle)
    {
        var market = new MarketParams(loan, collateral, oracle, default, Lltv);
        await SendAsync(World.Owner, World.Morpho, $"createMarket({Terms})", market.Write(new()));
        await SendAsync(World.Owner, Liquidator, "allowMarket(address,bytes32,bool)", new AbiWriter().Word(World.Morpho).Word(market.Id(Keccak.Hash)).Word(true));
        await SendAsync(World.Owner, World.Morpho, $"supply({Terms},uint256,uint256,address,bytes)", market.Write(new()).Word(Wad * 100_000UL).Word(UInt256.Zero).Word(World.Owner).Bytes([]));
        await BorrowAsync(market, Borrower, 8_200);
        await MineAsync();
        if (!_routes.Any(route => route.From == collateral && route.To == loan)) _routes.Add(new(collateral, loan, _swapper, new byte[43], 3_000));
        return market;
    }

    /// <summary>On five of the collateral.</summary>
    private async Task BorrowAsync(MarketParams market, Address borrower, ulong debt)
    {
        await SendAsync(borrower, World.Morpho, $"supplyCollateral({Terms},uint256,address,bytes)", market.Write(new()).Word(Wad * 5UL).Word(borrower).Bytes([]));
        await SendAsync(borrower, World.Morpho, $"borrow({Terms},uint256,uint256,address,address)", market.Write(new()).Word(Wad * debt).Word(UInt256.Zero).Word(borrower).Word(borrower));
    }

    /// <summary>A token that is honest until it turns; owner, borrower and exchange have plenty, and Morpho may take it.</summary>
    private async Task<Address> TokenAsync(Address blocked)
    {
        var token = await World.CreateAsync("HostileToken", new AbiWriter().Word(UInt256.Zero).Word(blocked));
        foreach (var holder in (Address[])[World.Owner, Borrower, _swapper])
        {
            await SendAsync(World.Owner, token, "reward(address,uint256)", new AbiWriter().Word(holder).Word(Wad * 1_000_000_000UL));
            if (holder != _swapper) await SendAsync(holder, token, "approve(address,uint256)", new AbiWriter().Word(World.Morpho).Word(UInt256.MaxValue));
        }
        return token;
    }

    private async Task LendAsync(Address loan)
    {
        _loans.Add(loan);
        await SendAsync(World.Owner, _swapper, "list(address,address)", new AbiWriter().Word(loan).Word(_dollarProxy));
        if (loan == World.Loan) await SendAsync(World.Owner, loan, "mint(address,uint256)", new AbiWriter().Word(_swapper).Word(Wad * 1_000_000_000UL));
        _sent.Add(await chain.SendAsync(World.Owner, Executor, NativeChainLibrary.Instance.Executor.AllowToken(loan, allowed: true)));
    }

    private Task SellAsync(Address collateral) => SendAsync(World.Owner, _swapper, "list(address,address)", new AbiWriter().Word(collateral).Word(_proxy));

    private async Task SendAsync(Address from, Address to, string signature, AbiWriter arguments, ulong gas = 1_000_000) => _sent.Add(await World.SendAsync(from, to, signature, arguments, gas));

    private static UInt256 Price(ulong whole) => MorphoMath.PriceScale * whole;
}
