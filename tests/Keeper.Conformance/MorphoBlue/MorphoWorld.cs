using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Conformance.Support;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;
using Keeper.Host.Demo;
using Keeper.Host.Running;
using Keeper.Protocols.MorphoBlue;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Conformance.MorphoBlue;

/// <summary>The real Morpho on a chain of its own, with tokens, oracles and rate models of ours, and the calls that drive it.</summary>
internal sealed class MorphoWorld(TestChain chain)
{
    public const string Terms = "(address,address,address,address,uint256)";
    public static readonly UInt256 Wad = 1_000_000_000_000_000_000UL;

    public TestChain Chain => chain;
    public Address Owner => chain.Accounts[0];
    public Address Keeper => chain.Accounts[1];

    /// <summary>Everybody else. They need no keys here.</summary>
    public IReadOnlyList<Address> Users { get; } = [.. Enumerable.Range(1, 28).Select(i => AbiReader.ToAddress((UInt256)(0xb0_0000UL + (ulong)i)))];

    public Address Morpho { get; private set; }
    public Address Lens { get; private set; }
    public Address Loan { get; private set; }
    public Address Collateral { get; private set; }
    public Address AdaptiveRate { get; private set; }
    public Address IrmMock { get; private set; }
    public ulong DeployBlock { get; private set; }
    public List<MarketParams> Markets { get; } = [];

    public static NodeChainClient Client(TestChain chain) => NodeChainClient.Create(
        ChainLibraries.Preferred,
        new ChainClientOptions
        {
            Profile = AnvilNode.Profile,
            Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url, RequestTimeout = TimeSpan.FromMinutes(1) }],
        },
        PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);

    public async Task DeployAsync()
    {
        DeployBlock = chain.Number + 1;
        await chain.UnlockAsync(Users);
        var contracts = await ThirdPartyContracts.OpenAsync(ThirdPartyContracts.MorphoBlue, CancellationToken.None);
        Morpho = await CreateAsync(contracts.Load("Morpho"), new AbiWriter().Word(Owner));
        IrmMock = await CreateAsync(contracts.Load("IrmMock"), new());
        AdaptiveRate = await CreateAsync("AdaptiveRate", new());
        Lens = await CreateAsync("MorphoLens", new());
        Loan = await CreateAsync("TestToken", new AbiWriter().Bytes("Loan"u8).Bytes("LOAN"u8));
        Collateral = await CreateAsync("TestToken", new AbiWriter().Bytes("Collateral"u8).Bytes("COLL"u8));
        foreach (var irm in (Address[])[IrmMock, AdaptiveRate, default]) await SendAsync(Owner, Morpho, "enableIrm(address)", new AbiWriter().Word(irm));
        await SendAsync(Owner, Morpho, "setFeeRecipient(address)", new AbiWriter().Word(Lens));
        foreach (var user in (Address[])[Owner, Keeper, .. Users])
        {
            foreach (var token in (Address[])[Loan, Collateral])
            {
                await SendAsync(Owner, token, "mint(address,uint256)", new AbiWriter().Word(user).Word(Wad * 1_000_000_000_000UL));
                await SendAsync(user, token, "approve(address,uint256)", new AbiWriter().Word(Morpho).Word(UInt256.MaxValue));
            }
        }
        await chain.MineAsync();
    }

    /// <summary>Creates a market; the block of its creation is still to be mined.</summary>
    public async Task<MarketParams> ListAsync(Address oracle, Address irm, ulong lltvPercentTimesTen)
    {
        var terms = new MarketParams(Loan, Collateral, oracle, irm, Wad / 1_000UL * lltvPercentTimesTen);
        await SendAsync(Owner, Morpho, "enableLltv(uint256)", new AbiWriter().Word(terms.Lltv));
        await SendAsync(Owner, Morpho, $"createMarket({Terms})", terms.Write(new()));
        Markets.Add(terms);
        return terms;
    }

    /// <summary>An aggregator of 8 decimals behind a proxy.</summary>
    public async Task<(Address Aggregator, Address Proxy)> CreateFeedAsync(double price)
    {
        var aggregator = await CreateAsync("Aggregator", new AbiWriter().Word(8u).Bytes("test"u8));
        await TransmitAsync(aggregator, price);
        return (aggregator, await CreateAsync("AggregatorProxy", new AbiWriter().Word(aggregator)));
    }

    public Task TransmitAsync(Address aggregator, double price) =>
        SendAsync(Owner, aggregator, "transmit(int192)", new AbiWriter().Word((Int256)(long)(price * 1e8)));

    /// <summary>For the next block; it may revert there.</summary>
    public Task<TestChain.Receipt> SendAsync(Address from, Address to, string signature, AbiWriter arguments, ulong gas = 3_000_000) =>
        chain.SendAsync(from, to, arguments.ToCall(Keccak.Selector(signature)), gas);

    public Task<Address> CreateAsync(string name, AbiWriter arguments) => CreateAsync(Artifact.Load(name), arguments);

    /// <summary>Deploys in a block of its own.</summary>
    public async Task<Address> CreateAsync(Artifact artifact, AbiWriter arguments)
    {
        var receipt = await chain.SendAsync(Owner, null, artifact.DeployData(arguments.ToArray()));
        await chain.MineAsync(1, receipt);
        return receipt.Succeeded ? receipt.Contract : throw new InvalidOperationException($"{artifact.Name} was not created.");
    }
}
