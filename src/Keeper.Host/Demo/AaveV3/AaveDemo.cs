using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.Capital;

namespace Keeper.Host.Demo.AaveV3;

/// <summary>A pool of Aave 3.6 in which dollars are borrowed. What a liquidation costs is lent by the pool itself.</summary>
internal sealed class AaveDemo : IDemoProtocol
{
    /// <summary>What a new pool takes for a loan.</summary>
    private const uint FlashPremiumPpm = 500;

    /// <summary>An account may borrow to within three hundredths of where it is liquidated.</summary>
    private const ulong MostDebtPpm = 969_000;

    private const int AccountsPerCall = 100;
    private static readonly UInt256 Wad = 1_000_000_000_000_000_000UL;
    private static readonly uint UserAccountData = Keccak.Selector("getUserAccountData(address)");
    private static readonly uint Supply = Keccak.Selector("supply(address,uint256,address,uint16)");
    private static readonly uint Borrow = Keccak.Selector("borrow(address,uint256,uint256,uint16,address)");

    /// <summary>By <see cref="DemoAsset.All"/>.</summary>
    private static readonly (ulong Ltv, ulong Threshold, ulong Bonus)[] Terms = [(8_000, 8_250, 10_500), (7_600, 7_800, 10_600), (7_300, 7_500, 10_800)];

    private readonly DemoCapital _capital;
    private readonly Views _views;
    private int _accounts;

    private AaveDemo(DemoCapital capital, AaveMarket market) => (_capital, Market, _views) = (capital, market, new(capital.Ground.Multicall));

    public string Type => "aave-v3";
    public object Config => new { type = Type, address = Market.Pool.ToString(), deployBlock = 0, capital = _capital.Config(FlashPremiumPpm) };
    public (Address Emitter, Hash32 Topic) Liquidations => (Market.Pool, Keccak.Topic("LiquidationCall(address,address,address,uint256,uint256,address,bool)"));
    public Address RewardToken => _capital.Dollar;
    public AaveMarket Market { get; }

    public static async Task<AaveDemo> DeployAsync(DemoCapital capital, CancellationToken cancellation)
    {
        var ground = capital.Ground;
        var market = await AaveMarket.DeployAsync(ground, isFirst: false, cancellation);
        for (var i = 0; i < Terms.Length; i++)
            await market.ListAsync(new(capital.Tokens[i], ground.Feeds[i], 18, Terms[i].Ltv, Terms[i].Threshold, Terms[i].Bonus, ProtocolFee: 1_000), cancellation);
        await market.ListAsync(new(capital.Dollar, capital.DollarFeed, 18, 7_500, 7_800, 10_450, ProtocolFee: 1_000), cancellation);

        await capital.ApproveAsync(market.Pool, cancellation);
        var demo = new AaveDemo(capital, market);
        await demo.SupplyAsync(capital.Dollar, DemoCapital.Dollars(1_000_000_000), ground.Owner, cancellation);
        await capital.AllowMarketAsync(market.Pool, UInt256.Zero, cancellation);
        await ground.AllowAsync([CapitalCalls.AaveFunction(capital.Liquidator, market.Pool)], capital.Dollar, cancellation);
        return demo;
    }

    public async Task SeedAsync(int accounts, int seed, CancellationToken cancellation)
    {
        foreach (var borrower in Borrowers.Generate(accounts, seed, MostDebtPpm)) await OpenAsync(borrower, cancellation);
    }

    /// <summary>The next account.</summary>
    public async Task OpenAsync(Borrower borrower, CancellationToken cancellation)
    {
        var number = (ulong)++_accounts;
        var address = Borrowers.AddressOf(number);
        await Borrowers.EndowAsync(_capital.Ground.Chain, number, cancellation);
        await SupplyAsync(_capital.Tokens[borrower.Collateral], borrower.Pledge, address, cancellation);
        var debt = borrower.Debt(Terms[borrower.Collateral].Threshold * 100);
        await _capital.Ground.Chain.TransactAsync(address, Market.Pool, new AbiWriter().Word(_capital.Dollar).Word(debt).Word(2UL).Word(0UL).Word(address).ToCall(Borrow), cancellation);
    }

    public async Task<IReadOnlySet<ulong>> LiquidatableAsync(NativeDevNode witness, ulong block, CancellationToken cancellation)
    {
        var found = new HashSet<ulong>();
        foreach (var numbers in Enumerable.Range(1, _accounts).Chunk(AccountsPerCall))
        {
            var answers = await _views.AskAsync(witness, [.. numbers.Select(number => (Market.Pool, new AbiWriter().Word(Borrowers.AddressOf((ulong)number)).ToCall(UserAccountData)))], block, cancellation);
            foreach (var (number, answer) in numbers.Zip(answers)) if (HealthFactor(answer) < Wad) found.Add((ulong)number);
        }
        return found;
    }

    public ulong AccountOf(IReadOnlyList<Hash32> topics) => Borrowers.NumberOf(topics[3].Word);

    /// <summary>The pool is the first argument of the liquidator's function, the borrower the fourth.</summary>
    public ulong? AccountOf(Address target, ReadOnlySpan<byte> call) =>
        target == _capital.Liquidator && new AbiReader(call[4..]).ReadAddress() == Market.Pool ? Borrowers.NumberOf(UInt256.ReadBigEndian(call.Slice(4 + 3 * 32, 32))) : null;

    private Task SupplyAsync(Address token, UInt256 amount, Address onBehalfOf, CancellationToken cancellation) =>
        _capital.Ground.CallAsync(Market.Pool, new AbiWriter().Word(token).Word(amount).Word(onBehalfOf).Word(0UL).ToCall(Supply), cancellation);

    private static UInt256 HealthFactor(byte[] answer) => UInt256.ReadBigEndian(answer.AsSpan(5 * 32, 32));
}
