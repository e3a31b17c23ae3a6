using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;
using Keeper.Host.Demo;

namespace Keeper.Conformance.AaveV3;

/// <summary>A pool of one of the versions that can be run, deployed as its project deploys it, and the calls that drive it.</summary>
internal sealed class AavePool
{
    public static readonly UInt256 Ray = UInt256.Parse("1000000000000000000000000000");
    private static readonly AbiWriter None = new();
    private readonly Dictionary<string, Address> _libraries = [];
    private readonly TestChain _chain;
    private readonly NodeChainClient _client;
    private readonly ThirdPartyContracts _contracts, _tokens;

    private AavePool(TestChain chain, NodeChainClient client, bool isFirst, ThirdPartyContracts contracts, ThirdPartyContracts tokens) =>
        (_chain, _client, IsFirst, _contracts, _tokens) = (chain, client, isFirst, contracts, tokens);

    /// <summary>3.0; else 3.6.</summary>
    public bool IsFirst { get; }
    public Address Owner => _chain.Accounts[0];
    public Address Treasury { get; } = AbiReader.ToAddress(0x7ea5_0000_0001UL);
    public ulong DeployBlock { get; private set; }
    public Address Provider { get; private set; }
    public Address Pool { get; private set; }
    public Address Configurator { get; private set; }
    public Address Oracle { get; private set; }
    public List<AaveAsset> Assets { get; } = [];
    private Address ATokenCode { get; set; }
    private Address DebtTokenCode { get; set; }
    private Address StableTokenCode { get; set; }
    private Address Strategy { get; set; }

    public static async Task<AavePool> DeployAsync(TestChain chain, NodeChainClient client, bool isFirst, IReadOnlyList<AaveAsset> assets)
    {
        var tokens = await ThirdPartyContracts.OpenAsync(ThirdPartyContracts.AaveV30, default);
        var contracts = isFirst ? tokens : await ThirdPartyContracts.OpenAsync(ThirdPartyContracts.AaveV36, default);
        var pool = new AavePool(chain, client, isFirst, contracts, tokens) { DeployBlock = chain.Number + 1 };
        await pool.DeployContractsAsync();
        foreach (var asset in assets) await pool.ListAsync(asset);
        return pool;
    }

    public async Task ListAsync(AaveAsset asset)
    {
        asset.Token = await CreateAsync(_tokens.Load("MintableERC20"), new AbiWriter().Bytes("Token"u8).Bytes("TKN"u8).Word((UInt256)(ulong)asset.Decimals));
        asset.Aggregator = await CreateAsync(Artifact.Load("Aggregator"), new AbiWriter().Word((UInt256)8UL).Bytes("feed"u8));
        asset.Source = asset.HasProxy ? await CreateAsync(Artifact.Load("AggregatorProxy"), new AbiWriter().Word(asset.Aggregator)) : asset.Aggregator;
        await SendAsync(asset.Aggregator, "transmit(int192)", new AbiWriter().Word((Int256)asset.Price));
        await SendAsync(Oracle, "setAssetSources(address[],address[])", new AbiWriter().StaticArray([asset.Token], (to, token) => to.Word(token)).StaticArray([asset.Source], (to, source) => to.Word(source)));
        var tuple = IsFirst ? "(address,address,address,uint8,address,address,address,address,string,string,string,string,string,string,bytes)" : "(address,address,address,string,string,string,string,bytes,bytes)";
        await ConfigureAsync($"initReserves({tuple}[])", new AbiWriter().DynamicArray([asset], Describe));
        await ConfigureAsync("configureReserveAsCollateral(address,uint256,uint256,uint256)", new AbiWriter().Word(asset.Token).Word((UInt256)asset.Ltv).Word((UInt256)asset.Threshold).Word((UInt256)asset.Bonus));
        await ConfigureAsync("setReserveBorrowing(address,bool)", new AbiWriter().Word(asset.Token).Word(true));
        await ConfigureAsync("setReserveFlashLoaning(address,bool)", new AbiWriter().Word(asset.Token).Word(true));
        await ConfigureAsync("setReserveFactor(address,uint256)", new AbiWriter().Word(asset.Token).Word((UInt256)1000UL));
        await ConfigureAsync("setLiquidationProtocolFee(address,uint256)", new AbiWriter().Word(asset.Token).Word((UInt256)asset.ProtocolFee));
        Assets.Add(asset);

        void Describe(AbiWriter to, AaveAsset listed)
        {
            if (IsFirst)
                to.Word(ATokenCode).Word(StableTokenCode).Word(DebtTokenCode).Word((UInt256)(ulong)listed.Decimals).Word(Strategy).Word(listed.Token).Word(Treasury).Word(Address.Zero)
                    .Bytes("a"u8).Bytes("a"u8).Bytes("v"u8).Bytes("v"u8).Bytes("s"u8).Bytes("s"u8).Bytes([]);
            else
                to.Word(ATokenCode).Word(DebtTokenCode).Word(listed.Token).Bytes("a"u8).Bytes("a"u8).Bytes("v"u8).Bytes("v"u8).Bytes([])
                    .Bytes(new AbiWriter().Word((UInt256)8000UL).Word((UInt256)100UL).Word((UInt256)900UL).Word((UInt256)9000UL).ToArray());
        }
    }

    /// <summary>The first two assets count more for one another.</summary>
    public async Task AddEModeAsync(byte category, ulong ltv, ulong threshold, ulong bonus, params AaveAsset[] assets)
    {
        var writer = new AbiWriter().Word((UInt256)(ulong)category).Word((UInt256)ltv).Word((UInt256)threshold).Word((UInt256)bonus);
        if (IsFirst) await ConfigureAsync("setEModeCategory(uint8,uint16,uint16,uint16,address,string)", writer.Word(Address.Zero).Bytes("like"u8));
        else await ConfigureAsync("setEModeCategory(uint8,uint16,uint16,uint16,string)", writer.Bytes("like"u8));
        foreach (var asset in assets)
        {
            if (IsFirst) await ConfigureAsync("setAssetEModeCategory(address,uint8)", new AbiWriter().Word(asset.Token).Word((UInt256)(ulong)category));
            else
            {
                await ConfigureAsync("setAssetCollateralInEMode(address,uint8,bool)", new AbiWriter().Word(asset.Token).Word((UInt256)(ulong)category).Word(true));
                await ConfigureAsync("setAssetBorrowableInEMode(address,uint8,bool)", new AbiWriter().Word(asset.Token).Word((UInt256)(ulong)category).Word(true));
            }
        }
    }

    /// <summary>Riches of every asset, and leave for the pool to take them.</summary>
    public async Task EndowAsync(IEnumerable<Address> users)
    {
        foreach (var user in users)
        {
            foreach (var asset in Assets)
            {
                await _chain.SendAsync(user, asset.Token, new AbiWriter().Word(user).Word(asset.Amount(1_000_000_000)).ToCall(Keccak.Selector("mint(address,uint256)")));
                await _chain.SendAsync(user, asset.Token, new AbiWriter().Word(Pool).Word(UInt256.MaxValue).ToCall(Keccak.Selector("approve(address,uint256)")));
            }
            await _chain.MineAsync();
        }
    }

    public Task<TestChain.Receipt> CallAsync(Address from, string signature, AbiWriter arguments) => _chain.SendAsync(from, Pool, arguments.ToCall(Keccak.Selector(signature)), 3_000_000);

    public Task<TestChain.Receipt> SupplyAsync(Address user, AaveAsset asset, UInt256 amount) =>
        CallAsync(user, "supply(address,uint256,address,uint16)", new AbiWriter().Word(asset.Token).Word(amount).Word(user).Word(UInt256.Zero));

    public Task<TestChain.Receipt> WithdrawAsync(Address user, AaveAsset asset, UInt256 amount) =>
        CallAsync(user, "withdraw(address,uint256,address)", new AbiWriter().Word(asset.Token).Word(amount).Word(user));

    public Task<TestChain.Receipt> BorrowAsync(Address user, AaveAsset asset, UInt256 amount) =>
        CallAsync(user, "borrow(address,uint256,uint256,uint16,address)", new AbiWriter().Word(asset.Token).Word(amount).Word((UInt256)2UL).Word(UInt256.Zero).Word(user));

    public Task<TestChain.Receipt> RepayAsync(Address user, AaveAsset asset, UInt256 amount) =>
        CallAsync(user, "repay(address,uint256,uint256,address)", new AbiWriter().Word(asset.Token).Word(amount).Word((UInt256)2UL).Word(user));

    public Task<TestChain.Receipt> LiquidateAsync(Address from, Address collateral, Address debt, Address user, UInt256 amount, bool receiveAToken) =>
        CallAsync(from, LiquidateSignature, Liquidation(collateral, debt, user, amount, receiveAToken));

    public const string LiquidateSignature = "liquidationCall(address,address,address,uint256,bool)";

    public static AbiWriter Liquidation(Address collateral, Address debt, Address user, UInt256 amount, bool receiveAToken) =>
        new AbiWriter().Word(collateral).Word(debt).Word(user).Word(amount).Word(receiveAToken);

    public async Task TransmitAsync(AaveAsset asset, UInt256 price)
    {
        asset.Price = price;
        await _chain.SendAsync(Owner, asset.Aggregator, new AbiWriter().Word((Int256)price).ToCall(Keccak.Selector("transmit(int192)")), 1_000_000);
    }

    /// <summary>For the next block; it may revert there.</summary>
    public Task<TestChain.Receipt> ConfigureLaterAsync(string signature, AbiWriter arguments) => _chain.SendAsync(Owner, Configurator, arguments.ToCall(Keccak.Selector(signature)), 3_000_000);

    /// <summary>In a block of its own.</summary>
    public Task ConfigureAsync(string signature, AbiWriter arguments) => SendAsync(Configurator, signature, arguments);

    public async Task SendAsync(Address to, string signature, AbiWriter arguments)
    {
        var receipt = await _chain.SendAsync(Owner, to, arguments.ToCall(Keccak.Selector(signature)));
        await _chain.MineAsync(1, receipt);
        if (!receipt.Succeeded) throw new InvalidOperationException($"{signature} failed.");
    }

    public async Task<Address> ReadAddressAsync(Address of, string signature)
    {
        var answer = (await _client.CallAsync([new(of, None.ToCall(Keccak.Selector(signature)))], BlockId.Latest, default))[0];
        return answer is CallResult.Returned(var data) ? new AbiReader(data.Span).ReadAddress() : throw new InvalidOperationException($"{signature}: {answer}");
    }

    /// <summary>A token of a reserve, by its place in <c>getReserveData</c>.</summary>
    public async Task<Address> ReserveTokenAsync(AaveAsset asset, int word)
    {
        var answer = (await _client.CallAsync([new(Pool, new AbiWriter().Word(asset.Token).ToCall(Keccak.Selector("getReserveData(address)")))], BlockId.Latest, default))[0];
        return answer is CallResult.Returned(var data) ? new AbiReader(data.Span[(32 * word)..]).ReadAddress() : throw new InvalidOperationException($"{answer}");
    }

    public Task<Address> CreateAsync(string contract, AbiWriter arguments) => CreateAsync(_contracts.Load(contract), arguments);

    public async Task<Address> CreateAsync(Artifact artifact, AbiWriter arguments)
    {
        foreach (var library in artifact.Libraries) if (!_libraries.ContainsKey(library)) _libraries[library] = await CreateAsync(_contracts.Load(library), None);
        var receipt = await _chain.SendAsync(Owner, null, artifact.DeployData(arguments.ToArray(), _libraries));
        await _chain.MineAsync(1, receipt);
        return receipt.Succeeded ? receipt.Contract : throw new InvalidOperationException($"{artifact.Name} was not created.");
    }

    private async Task DeployContractsAsync()
    {
        Provider = await CreateAsync("PoolAddressesProvider", new AbiWriter().Bytes("test"u8).Word(Owner));
        await SendAsync(Provider, "setACLAdmin(address)", new AbiWriter().Word(Owner));
        var acl = await CreateAsync("ACLManager", new AbiWriter().Word(Provider));
        await SendAsync(Provider, "setACLManager(address)", new AbiWriter().Word(acl));
        foreach (var role in (string[])["addPoolAdmin", "addEmergencyAdmin", "addRiskAdmin", "addAssetListingAdmin"]) await SendAsync(acl, $"{role}(address)", new AbiWriter().Word(Owner));
        if (IsFirst) Strategy = await CreateAsync("DefaultReserveInterestRateStrategy", Rates());
        else Strategy = await CreateAsync("DefaultReserveInterestRateStrategyV2", new AbiWriter().Word(Provider));
        var pool = await CreateAsync(IsFirst ? "Pool" : "PoolInstance", IsFirst ? new AbiWriter().Word(Provider) : new AbiWriter().Word(Provider).Word(Strategy));
        await SendAsync(Provider, "setPoolImpl(address)", new AbiWriter().Word(pool));
        Pool = await ReadAddressAsync(Provider, "getPool()");
        await SendAsync(Provider, "setPoolConfiguratorImpl(address)", new AbiWriter().Word(await CreateAsync(IsFirst ? "PoolConfigurator" : "PoolConfiguratorInstance", None)));
        Configurator = await ReadAddressAsync(Provider, "getPoolConfigurator()");
        ATokenCode = await CreateAsync(IsFirst ? "AToken" : "ATokenInstance", IsFirst ? new AbiWriter().Word(Pool) : new AbiWriter().Word(Pool).Word(Address.Zero).Word(Treasury));
        DebtTokenCode = await CreateAsync(IsFirst ? "VariableDebtToken" : "VariableDebtTokenInstance", IsFirst ? new AbiWriter().Word(Pool) : new AbiWriter().Word(Pool).Word(Address.Zero));
        if (IsFirst) StableTokenCode = await CreateAsync("StableDebtToken", new AbiWriter().Word(Pool));
        Oracle = await CreateAsync("AaveOracle", new AbiWriter().Word(Provider).StaticArray<Address>([], (_, _) => { }).StaticArray<Address>([], (_, _) => { })
            .Word(Address.Zero).Word(Address.Zero).Word((UInt256)100_000_000UL));
        await SendAsync(Provider, "setPriceOracle(address)", new AbiWriter().Word(Oracle));
    }

    private AbiWriter Rates() => new AbiWriter().Word(Provider).Word(Ray / 100UL * 80UL).Word(Ray / 100UL).Word(Ray / 100UL * 9UL).Word(Ray / 100UL * 90UL)
        .Word(Ray / 200UL).Word(Ray / 100UL * 60UL).Word(Ray / 100UL).Word(Ray / 100UL * 8UL).Word(Ray / 100UL * 20UL);
}
