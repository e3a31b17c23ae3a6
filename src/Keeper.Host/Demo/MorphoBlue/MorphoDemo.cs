using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.Capital;

namespace Keeper.Host.Demo.MorphoBlue;

/// <summary>A market of Morpho Blue for each asset, in which dollars are borrowed. What a liquidation costs is paid in Morpho's callback, out of the sale. Each account borrows in one market.</summary>
internal sealed class MorphoDemo : IDemoProtocol
{
    private const string Terms = "(address,address,address,address,uint256)";
    private const ulong MostDebtPpm = 1_000_000;
    private const int AccountsPerCall = 50;
    private static readonly UInt256 PriceScale = UInt256.Parse("1000000000000000000000000000000000000");
    private static readonly uint SupplyCollateral = Keccak.Selector($"supplyCollateral({Terms},uint256,address,bytes)");
    private static readonly uint Borrow = Keccak.Selector($"borrow({Terms},uint256,uint256,address,address)");
    private static readonly uint Judge = Keccak.Selector($"judge(address,{Terms},address[])");

    /// <summary>Of the collateral's worth, by <see cref="DemoAsset.All"/>.</summary>
    private static readonly ulong[] LltvPpm = [860_000, 860_000, 770_000];

    private readonly DemoCapital _capital;
    private readonly Address _lens;
    private readonly List<MorphoMarket> _markets = [];

    /// <summary>The market of each account.</summary>
    private readonly List<int> _accounts = [];

    private MorphoDemo(DemoCapital capital, Address morpho, Address lens) => (_capital, Morpho, _lens) = (capital, morpho, lens);

    public string Type => "morpho-blue";
    public Address Morpho { get; }

    /// <summary>The rate model of all its markets.</summary>
    public Address Rate => _markets[0].Irm;

    public Hash32 FirstMarket => Id(_markets[0]);

    public object Config => new
    {
        type = Type,
        address = Morpho.ToString(),
        deployBlock = 0,
        morphoBlue = new { markets = _markets.Select(market => Id(market).ToString()), loanTokens = new[] { new { token = _capital.Dollar.ToString(), usd = "1" } } },
        capital = _capital.Config(flashPremiumPpm: 0),
    };

    public (Address Emitter, Hash32 Topic) Liquidations => (Morpho, Keccak.Topic("Liquidate(bytes32,address,address,uint256,uint256,uint256,uint256,uint256)"));
    public Address RewardToken => _capital.Dollar;

    public static async Task<MorphoDemo> DeployAsync(DemoCapital capital, CancellationToken cancellation)
    {
        var ground = capital.Ground;
        var contracts = await ThirdPartyContracts.OpenAsync(ThirdPartyContracts.MorphoBlue, cancellation);
        var morpho = await ground.DeployAsync(contracts.Load("Morpho").DeployData(new AbiWriter().Word(ground.Owner).ToArray()), cancellation);
        var rate = await ground.DeployAsync("AdaptiveRate", new AbiWriter(), cancellation);
        var demo = new MorphoDemo(capital, morpho, await ground.DeployAsync("MorphoLens", new AbiWriter(), cancellation));

        await demo.CallAsync("enableIrm(address)", new AbiWriter().Word(rate), cancellation);
        await capital.ApproveAsync(morpho, cancellation);
        foreach (var ppm in LltvPpm.Distinct()) await demo.CallAsync("enableLltv(uint256)", new AbiWriter().Word(Lltv(ppm)), cancellation);
        for (var i = 0; i < LltvPpm.Length; i++)
        {
            var oracle = await ground.DeployAsync("QuotientOracle", Price(ground.Feeds[i], capital.DollarFeed), cancellation);
            await demo.ListAsync(new(capital.Dollar, capital.Tokens[i], oracle, rate, Lltv(LltvPpm[i])), cancellation);
        }
        await ground.AllowAsync([CapitalCalls.MorphoFunction(capital.Liquidator, morpho)], capital.Dollar, cancellation);
        return demo;
    }

    public async Task SeedAsync(int accounts, int seed, CancellationToken cancellation)
    {
        foreach (var borrower in Borrowers.Generate(accounts, seed, MostDebtPpm)) await OpenAsync(borrower, cancellation);
    }

    /// <summary>The next account.</summary>
    public async Task OpenAsync(Borrower borrower, CancellationToken cancellation)
    {
        _accounts.Add(borrower.Collateral);
        var (number, market) = ((ulong)_accounts.Count, _markets[borrower.Collateral]);
        var address = Borrowers.AddressOf(number);
        await Borrowers.EndowAsync(_capital.Ground.Chain, number, cancellation);
        await _capital.Ground.CallAsync(Morpho, Write(new(), market).Word(borrower.Pledge).Word(address).Bytes([]).ToCall(SupplyCollateral), cancellation);
        var debt = borrower.Debt(LltvPpm[borrower.Collateral]);
        await _capital.Ground.Chain.TransactAsync(address, Morpho, Write(new(), market).Word(debt).Word(0UL).Word(address).Word(address).ToCall(Borrow), cancellation);
    }

    /// <summary>By Morpho's own word: what its liquidation says of each.</summary>
    public async Task<IReadOnlySet<ulong>> LiquidatableAsync(NativeDevNode witness, ulong block, CancellationToken cancellation)
    {
        var found = new HashSet<ulong>();
        for (var market = 0; market < _markets.Count; market++)
        {
            foreach (var numbers in Enumerable.Range(1, _accounts.Count).Where(number => _accounts[number - 1] == market).Chunk(AccountsPerCall))
            {
                var data = Write(new AbiWriter().Word(Morpho), _markets[market]).StaticArray(numbers, (to, number) => to.Word(Borrowers.AddressOf((ulong)number))).ToCall(Judge);
                var answer = await witness.ViewAsync(_lens, data, block, cancellation);
                foreach (var (number, isLiquidatable) in numbers.Zip(Read(answer.Span))) if (isLiquidatable) found.Add((ulong)number);
            }
        }
        return found;
    }

    public ulong AccountOf(IReadOnlyList<Hash32> topics) => Borrowers.NumberOf(topics[3].Word);

    /// <summary>Morpho is the first argument of the liquidator's function; the market's five words come before the borrower.</summary>
    public ulong? AccountOf(Address target, ReadOnlySpan<byte> call) =>
        target == _capital.Liquidator && new AbiReader(call[4..]).ReadAddress() == Morpho ? Borrowers.NumberOf(UInt256.ReadBigEndian(call.Slice(4 + 6 * 32, 32))) : null;

    private async Task ListAsync(MorphoMarket market, CancellationToken cancellation)
    {
        await CallAsync($"createMarket({Terms})", Write(new(), market), cancellation);
        await CallAsync($"supply({Terms},uint256,uint256,address,bytes)", Write(new(), market).Word(DemoCapital.Dollars(1_000_000_000)).Word(0UL).Word(_capital.Ground.Owner).Bytes([]), cancellation);
        await _capital.AllowMarketAsync(Morpho, Id(market).Word, cancellation);
        _markets.Add(market);
    }

    private Task CallAsync(string signature, AbiWriter arguments, CancellationToken cancellation) =>
        _capital.Ground.CallAsync(Morpho, arguments.ToCall(Keccak.Selector(signature)), cancellation);

    /// <summary>Refusals, health, debt and limit of each account, behind the market's six words.</summary>
    private static List<bool> Read(ReadOnlySpan<byte> answer)
    {
        var reader = new AbiReader(answer);
        for (var i = 0; i < 6; i++) reader.ReadUInt256();
        var list = reader.ReadOffset();
        var liquidatable = new List<bool>();
        for (var left = list.ReadLength(4 * 32); left > 0; left--)
        {
            if (list.ReadBool()) throw new InvalidOperationException("Morpho refused to judge an account.");
            liquidatable.Add(!list.ReadBool());
            list.ReadUInt256();
            list.ReadUInt256();
        }
        return liquidatable;
    }

    /// <summary>Of one feed over another: arguments of QuotientOracle. Tokens and feeds have the same decimals on both sides.</summary>
    private static AbiWriter Price(Address above, Address below) => new AbiWriter()
        .Word(PriceScale).Word(Address.Zero).Word(1UL).Word(above).Word(Address.Zero)
        .Word(Address.Zero).Word(1UL).Word(below).Word(Address.Zero);

    private static AbiWriter Write(AbiWriter to, MorphoMarket market) => to.Word(market.LoanToken).Word(market.CollateralToken).Word(market.Oracle).Word(market.Irm).Word(market.Lltv);
    private static Hash32 Id(MorphoMarket market) => Keccak.Hash(Write(new(), market).ToArray());
    private static UInt256 Lltv(ulong ppm) => (UInt256)ppm * 1_000_000_000_000UL;
}
