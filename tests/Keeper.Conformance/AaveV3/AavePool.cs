using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;
using Keeper.Host.Demo;
using Keeper.Host.Demo.AaveV3;

namespace Keeper.Conformance.AaveV3;

/// <summary>A pool of one of the versions that can be run, deployed as its project deploys it, and the calls that drive it.</summary>
internal sealed class AavePool
{
    private readonly TestChain _chain;
    private readonly NodeChainClient _client;
    private readonly TestOwner _owner;
    private readonly AaveMarket _market;
    private readonly ThirdPartyContracts _tokens;

    private AavePool(TestChain chain, NodeChainClient client, TestOwner owner, AaveMarket market, ThirdPartyContracts tokens) =>
        (_chain, _client, _owner, _market, _tokens) = (chain, client, owner, market, tokens);

    /// <summary>3.0; else 3.6.</summary>
    public bool IsFirst => _market.IsFirst;
    public Address Owner => _owner.Owner;
    public ulong DeployBlock { get; private init; }
    public Address Pool => _market.Pool;
    public Address Provider => _market.Provider;
    public Address Configurator => _market.Configurator;
    public List<AaveAsset> Assets { get; } = [];

    public static async Task<AavePool> DeployAsync(TestChain chain, NodeChainClient client, bool isFirst, IReadOnlyList<AaveAsset> assets)
    {
        var (deployBlock, owner) = (chain.Number + 1, new TestOwner(chain, client));
        var market = await AaveMarket.DeployAsync(owner, isFirst, default);
        var pool = new AavePool(chain, client, owner, market, await ThirdPartyContracts.OpenAsync(ThirdPartyContracts.AaveV30, default)) { DeployBlock = deployBlock };
        foreach (var asset in assets) await pool.ListAsync(asset);
        return pool;
    }

    public async Task ListAsync(AaveAsset asset)
    {
        await CreateAsync(asset);
        await _market.ListAsync(ReserveOf(asset), default);
        Assets.Add(asset);
    }

    /// <summary>In the next block; these users are rich in it by then.</summary>
    public async Task<List<TestChain.Receipt>> ListLaterAsync(AaveAsset asset, params Address[] users)
    {
        await CreateAsync(asset);
        Assets.Add(asset);
        await EndowAsync(users);
        _owner.Pending = [];
        await _market.ListAsync(ReserveOf(asset), default);
        var receipts = _owner.Pending;
        _owner.Pending = null;
        return receipts;
    }

    private static AaveReserve ReserveOf(AaveAsset asset) => new(asset.Token, asset.Source, asset.Decimals, asset.Ltv, asset.Threshold, asset.Bonus, asset.ProtocolFee);

    /// <summary>The token and what tells its price.</summary>
    private async Task CreateAsync(AaveAsset asset)
    {
        asset.Token = await CreateAsync(_tokens.Load("MintableERC20"), new AbiWriter().Bytes("Token"u8).Bytes("TKN"u8).Word((UInt256)(ulong)asset.Decimals));
        asset.Aggregator = await CreateAsync(Artifact.Load("Aggregator"), new AbiWriter().Word((UInt256)8UL).Bytes("feed"u8));
        asset.Source = asset.HasProxy ? await CreateAsync(Artifact.Load("AggregatorProxy"), new AbiWriter().Word(asset.Aggregator)) : asset.Aggregator;
        await SendAsync(asset.Aggregator, "transmit(int192)", new AbiWriter().Word((Int256)asset.Price));
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

    public Task SendAsync(Address to, string signature, AbiWriter arguments) => _owner.CallAsync(to, arguments.ToCall(Keccak.Selector(signature)), default);

    /// <summary>A token of a reserve, by its place in <c>getReserveData</c>.</summary>
    public async Task<Address> ReserveTokenAsync(AaveAsset asset, int word)
    {
        var answer = (await _client.CallAsync([new(Pool, new AbiWriter().Word(asset.Token).ToCall(Keccak.Selector("getReserveData(address)")))], BlockId.Latest, default))[0];
        return answer is CallResult.Returned(var data) ? new AbiReader(data.Span[(32 * word)..]).ReadAddress() : throw new InvalidOperationException($"{answer}");
    }

    public Task<Address> CreateAsync(Artifact artifact, AbiWriter arguments) => _owner.DeployAsync(artifact.DeployData(arguments.ToArray()), default);
}
