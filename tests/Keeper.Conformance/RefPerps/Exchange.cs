using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;

namespace Keeper.Conformance.RefPerps;

/// <summary>A deployment of the reference exchange with its oracle and the helpers of the tests, and the calls that drive it.</summary>
internal sealed class Exchange
{
    public static readonly UInt256 Wad = 1_000_000_000_000_000_000UL;
    private readonly TestChain _chain;

    private Exchange(TestChain chain) => _chain = chain;

    public Address Owner => _chain.Accounts[0];
    public Address Keeper => _chain.Accounts[1];
    public Address Token { get; private set; }
    public Address Perps { get; private set; }
    public Address Lens { get; private set; }
    public Address Seeder { get; private set; }
    public ulong DeployBlock { get; private set; }

    public static async Task<Exchange> DeployAsync(TestChain chain, GlobalTerms globals)
    {
        var exchange = new Exchange(chain) { DeployBlock = chain.Number + 1 };
        exchange.Token = await exchange.CreateAsync("TestToken", new AbiWriter().Bytes("Test dollar"u8).Bytes("TUSD"u8));
        var libraries = new Dictionary<string, Address>();
        foreach (var name in (string[])["RefPerpsAdmin", "RefPerpsTrading", "RefPerpsLiquidation"]) libraries[name] = await exchange.CreateAsync(name, new());
        var arguments = new AbiWriter().Word(exchange.Token);
        globals.Write(arguments);
        exchange.Perps = await exchange.CreateAsync("RefPerps", arguments, libraries);
        exchange.Lens = await exchange.CreateAsync("RefPerpsLens", new());
        exchange.Seeder = await exchange.CreateAsync("AccountSeeder", new AbiWriter().Word(exchange.Perps));
        await exchange.SendAsync(exchange.Token, "mint(address,uint256)", new AbiWriter().Word(exchange.Seeder).Word(Wad * 1_000_000_000_000UL));
        await exchange.SendAsync(exchange.Token, "mint(address,uint256)", new AbiWriter().Word(exchange.Owner).Word(Wad * 1_000_000_000_000UL));
        await exchange.SendAsync(exchange.Token, "approve(address,uint256)", new AbiWriter().Word(exchange.Perps).Word(UInt256.MaxValue));
        await chain.MineAsync();
        return exchange;
    }

    public async Task<Address> CreateAggregatorAsync(byte decimals, Int256 answer)
    {
        var aggregator = await CreateAsync("Aggregator", new AbiWriter().Word((UInt256)(ulong)decimals).Bytes("test"u8));
        await TransmitAsync(aggregator, answer);
        return aggregator;
    }

    public Task<Address> CreateProxyAsync(Address aggregator) => CreateAsync("AggregatorProxy", new AbiWriter().Word(aggregator));

    public Task<TestChain.Receipt> TransmitAsync(Address aggregator, Int256 answer) => SendAsync(aggregator, "transmit(int192)", new AbiWriter().Word(answer));

    public Task<TestChain.Receipt> SendAsync(Address to, string signature, AbiWriter arguments, Address? from = null, ulong gas = 15_000_000) =>
        _chain.SendAsync(from ?? Owner, to, arguments.ToCall(Keccak.Selector(signature)), gas);

    /// <summary>Deploys in a block of its own.</summary>
    private async Task<Address> CreateAsync(string name, AbiWriter arguments, IReadOnlyDictionary<string, Address>? libraries = null)
    {
        var receipt = await _chain.SendAsync(Owner, null, Artifact.Load(name).DeployData(arguments.ToArray(), libraries));
        await _chain.MineAsync(1, receipt);
        return receipt.Succeeded ? receipt.Contract : throw new InvalidOperationException($"{name} was not created.");
    }
}

/// <summary><c>IRefPerps.GlobalParams</c>.</summary>
internal sealed record GlobalTerms(UInt256 Stipend, UInt256 KeeperCap, ulong DebtPpm, ulong SequencerGrace, Address SequencerFeed)
{
    public const string Tuple = "(uint128,uint128,uint32,uint32,address)";

    public void Write(AbiWriter to) => to.Word(Stipend).Word(KeeperCap).Word((UInt256)DebtPpm).Word((UInt256)SequencerGrace).Word(SequencerFeed);
}

/// <summary><c>IRefPerps.MarketParams</c>.</summary>
internal sealed record MarketTerms
{
    public const string Tuple = "(address,uint32,uint64,uint128,uint128,uint128,uint128,uint64,uint32,uint32,uint32,uint32,uint32,uint8)";

    public required Address Feed { get; init; }
    public required byte FeedDecimals { get; init; }
    public ulong MaxStaleness { get; init; } = 3600;
    public UInt256 PremiumCap { get; init; } = Exchange.Wad / 50UL;
    public UInt256 Lot { get; init; } = Exchange.Wad / 1000UL;
    public UInt256 MinNotional { get; init; } = Exchange.Wad * 10UL;
    public ulong ToleranceLots { get; init; } = 3;
    public required UInt256 SkewScale { get; init; }
    public UInt256 MaxFundingPerDay { get; init; } = Exchange.Wad / 10UL;
    public ulong TakerFeePpm { get; init; } = 500;
    public ulong LiqFeePpm { get; init; } = 5_000;
    public ulong KeeperSharePpm { get; init; } = 300_000;
    public ulong BufferPpm { get; init; } = 20_000;
    public ulong PartialFloorPpm { get; init; } = 400_000;

    public void Write(AbiWriter to) => to
        .Word(Feed).Word((UInt256)MaxStaleness).Word(PremiumCap).Word(Lot).Word(MinNotional).Word(Lot * ToleranceLots).Word(SkewScale).Word(MaxFundingPerDay)
        .Word((UInt256)TakerFeePpm).Word((UInt256)LiqFeePpm).Word((UInt256)KeeperSharePpm).Word((UInt256)BufferPpm).Word((UInt256)PartialFloorPpm)
        .Word((UInt256)(ulong)FeedDecimals);
}
