using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;

namespace Keeper.Host.Demo.AaveV3;

/// <summary>A pool of one of the versions that can be run, deployed in the order and with the roles of its project.</summary>
internal sealed class AaveMarket
{
    private static readonly UInt256 Ray = UInt256.Parse("1000000000000000000000000000");
    private static readonly AbiWriter None = new();
    private static readonly Address Treasury = AbiReader.ToAddress(0x7ea5_0000_0001UL);

    private readonly Dictionary<string, Address> _libraries = [];
    private readonly IContractOwner _owner;
    private readonly ThirdPartyContracts _contracts;
    private Address _aToken, _debtToken, _stableToken, _strategy;

    private AaveMarket(IContractOwner owner, bool isFirst, ThirdPartyContracts contracts) => (_owner, IsFirst, _contracts) = (owner, isFirst, contracts);

    /// <summary>3.0; else 3.6.</summary>
    public bool IsFirst { get; }

    /// <summary>Has all roles.</summary>
    public Address Owner => _owner.Owner;

    public Address Provider { get; private set; }
    public Address Pool { get; private set; }
    public Address Configurator { get; private set; }
    public Address Oracle { get; private set; }

    public static async Task<AaveMarket> DeployAsync(IContractOwner owner, bool isFirst, CancellationToken cancellation)
    {
        var contracts = await ThirdPartyContracts.OpenAsync(isFirst ? ThirdPartyContracts.AaveV30 : ThirdPartyContracts.AaveV36, cancellation);
        var market = new AaveMarket(owner, isFirst, contracts);
        await market.DeployContractsAsync(cancellation);
        return market;
    }

    public async Task ListAsync(AaveReserve reserve, CancellationToken cancellation)
    {
        await CallAsync(
            Oracle, "setAssetSources(address[],address[])",
            new AbiWriter().StaticArray([reserve.Token], (to, token) => to.Word(token)).StaticArray([reserve.Source], (to, source) => to.Word(source)), cancellation);
        var tuple = IsFirst ? "(address,address,address,uint8,address,address,address,address,string,string,string,string,string,string,bytes)" : "(address,address,address,string,string,string,string,bytes,bytes)";
        await ConfigureAsync($"initReserves({tuple}[])", new AbiWriter().DynamicArray([reserve], Describe), cancellation);
        await ConfigureAsync(
            "configureReserveAsCollateral(address,uint256,uint256,uint256)", new AbiWriter().Word(reserve.Token).Word(reserve.Ltv).Word(reserve.Threshold).Word(reserve.Bonus), cancellation);
        await ConfigureAsync("setReserveBorrowing(address,bool)", new AbiWriter().Word(reserve.Token).Word(true), cancellation);
        await ConfigureAsync("setReserveFlashLoaning(address,bool)", new AbiWriter().Word(reserve.Token).Word(true), cancellation);
        await ConfigureAsync("setReserveFactor(address,uint256)", new AbiWriter().Word(reserve.Token).Word(1_000UL), cancellation);
        await ConfigureAsync("setLiquidationProtocolFee(address,uint256)", new AbiWriter().Word(reserve.Token).Word(reserve.ProtocolFee), cancellation);
    }

    /// <summary>As the owner, at the configurator.</summary>
    public Task ConfigureAsync(string signature, AbiWriter arguments, CancellationToken cancellation) => CallAsync(Configurator, signature, arguments, cancellation);

    public async Task<Address> DeployAsync(string contract, AbiWriter arguments, CancellationToken cancellation)
    {
        var artifact = _contracts.Load(contract);
        foreach (var library in artifact.Libraries) if (!_libraries.ContainsKey(library)) _libraries[library] = await DeployAsync(library, None, cancellation);
        return await _owner.DeployAsync(artifact.DeployData(arguments.ToArray(), _libraries), cancellation);
    }

    private async Task DeployContractsAsync(CancellationToken cancellation)
    {
        Provider = await DeployAsync("PoolAddressesProvider", new AbiWriter().Bytes("keeper"u8).Word(Owner), cancellation);
        await CallAsync(Provider, "setACLAdmin(address)", new AbiWriter().Word(Owner), cancellation);
        var acl = await DeployAsync("ACLManager", new AbiWriter().Word(Provider), cancellation);
        await CallAsync(Provider, "setACLManager(address)", new AbiWriter().Word(acl), cancellation);
        foreach (var role in (string[])["addPoolAdmin", "addEmergencyAdmin", "addRiskAdmin", "addAssetListingAdmin"]) await CallAsync(acl, $"{role}(address)", new AbiWriter().Word(Owner), cancellation);

        _strategy = IsFirst ? await DeployAsync("DefaultReserveInterestRateStrategy", Rates(), cancellation) : await DeployAsync("DefaultReserveInterestRateStrategyV2", new AbiWriter().Word(Provider), cancellation);
        var pool = await DeployAsync(IsFirst ? "Pool" : "PoolInstance", IsFirst ? new AbiWriter().Word(Provider) : new AbiWriter().Word(Provider).Word(_strategy), cancellation);
        await CallAsync(Provider, "setPoolImpl(address)", new AbiWriter().Word(pool), cancellation);
        Pool = await ReadAddressAsync(Provider, "getPool()", cancellation);
        var configurator = await DeployAsync(IsFirst ? "PoolConfigurator" : "PoolConfiguratorInstance", None, cancellation);
        await CallAsync(Provider, "setPoolConfiguratorImpl(address)", new AbiWriter().Word(configurator), cancellation);
        Configurator = await ReadAddressAsync(Provider, "getPoolConfigurator()", cancellation);

        _aToken = await DeployAsync(IsFirst ? "AToken" : "ATokenInstance", IsFirst ? new AbiWriter().Word(Pool) : new AbiWriter().Word(Pool).Word(Address.Zero).Word(Treasury), cancellation);
        _debtToken = await DeployAsync(IsFirst ? "VariableDebtToken" : "VariableDebtTokenInstance", IsFirst ? new AbiWriter().Word(Pool) : new AbiWriter().Word(Pool).Word(Address.Zero), cancellation);
        if (IsFirst) _stableToken = await DeployAsync("StableDebtToken", new AbiWriter().Word(Pool), cancellation);
        Oracle = await DeployAsync(
            "AaveOracle",
            new AbiWriter().Word(Provider).StaticArray<Address>([], (_, _) => { }).StaticArray<Address>([], (_, _) => { }).Word(Address.Zero).Word(Address.Zero).Word(100_000_000UL), cancellation);
        await CallAsync(Provider, "setPriceOracle(address)", new AbiWriter().Word(Oracle), cancellation);
    }

    private void Describe(AbiWriter to, AaveReserve reserve)
    {
        if (IsFirst)
            to.Word(_aToken).Word(_stableToken).Word(_debtToken).Word((ulong)reserve.Decimals).Word(_strategy).Word(reserve.Token).Word(Treasury).Word(Address.Zero)
                .Bytes("a"u8).Bytes("a"u8).Bytes("v"u8).Bytes("v"u8).Bytes("s"u8).Bytes("s"u8).Bytes([]);
        else
            to.Word(_aToken).Word(_debtToken).Word(reserve.Token).Bytes("a"u8).Bytes("a"u8).Bytes("v"u8).Bytes("v"u8).Bytes([])
                .Bytes(new AbiWriter().Word(8_000UL).Word(100UL).Word(900UL).Word(9_000UL).ToArray());
    }

    private AbiWriter Rates() => new AbiWriter().Word(Provider).Word(Ray / 100UL * 80UL).Word(Ray / 100UL).Word(Ray / 100UL * 9UL).Word(Ray / 100UL * 90UL)
        .Word(Ray / 200UL).Word(Ray / 100UL * 60UL).Word(Ray / 100UL).Word(Ray / 100UL * 8UL).Word(Ray / 100UL * 20UL);

    private Task CallAsync(Address to, string signature, AbiWriter arguments, CancellationToken cancellation) =>
        _owner.CallAsync(to, arguments.ToCall(Keccak.Selector(signature)), cancellation);

    private async Task<Address> ReadAddressAsync(Address of, string signature, CancellationToken cancellation) =>
        new AbiReader((await _owner.ViewAsync(of, None.ToCall(Keccak.Selector(signature)), cancellation)).Span).ReadAddress();
}
