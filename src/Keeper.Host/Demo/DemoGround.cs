using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Contracts;

namespace Keeper.Host.Demo;

/// <summary>What the protocols of a demo's chain share: feeds, one executor, where profit goes.</summary>
/// <param name="Owner">Unlocked on the node; owns all contracts and the executor, transmits prices.</param>
/// <param name="Feeds">The proxies that contracts read, by <see cref="DemoAsset.All"/>.</param>
/// <param name="Aggregators">The contracts behind them that take rounds.</param>
internal sealed record DemoGround(
    IDevNode Chain, IExecutorContract Contract, Address Owner, Address Treasury, Address Executor, Address Multicall,
    IReadOnlyList<Address> Feeds, IReadOnlyList<Address> Aggregators) : IContractOwner
{
    /// <summary>The feed of the native coin's price.</summary>
    public Address NativeFeed => Feeds[0];

    /// <param name="contract">Of the library that the keeper will use.</param>
    /// <param name="operatorAddress">The keeper's key.</param>
    public static async Task<DemoGround> CreateAsync(IDevNode chain, IExecutorContract contract, Address operatorAddress, CancellationToken cancellation)
    {
        var accounts = await chain.AccountsAsync(cancellation);
        var (owner, treasury) = (accounts[0], accounts[1]);
        var executor = await chain.DeployAsync(owner, contract.DeployData(Artifact.Load(Artifact.ExecutorName).DeployData([]), new(owner, operatorAddress, treasury)), cancellation);
        var multicall = await chain.DeployAsync(owner, Artifact.Load("Multicall").DeployData([]), cancellation);
        var ground = new DemoGround(chain, contract, owner, treasury, executor, multicall, [], []);
        var feeds = new List<(Address Aggregator, Address Proxy)>();
        foreach (var asset in DemoAsset.All) feeds.Add(await ground.CreateFeedAsync(asset, cancellation));
        return ground with { Feeds = [.. feeds.Select(feed => feed.Proxy)], Aggregators = [.. feeds.Select(feed => feed.Aggregator)] };
    }

    /// <summary>An aggregator with a first round, and the proxy in front of it.</summary>
    public async Task<(Address Aggregator, Address Proxy)> CreateFeedAsync(DemoAsset asset, CancellationToken cancellation)
    {
        var name = System.Text.Encoding.ASCII.GetBytes($"{asset.Symbol} / USD");
        var aggregator = await DeployAsync("Aggregator", new AbiWriter().Word((uint)DemoAsset.FeedDecimals).Bytes(name), cancellation);
        await CallAsync(aggregator, TransmitCall(asset.StartPrice), cancellation);
        return (aggregator, await DeployAsync("AggregatorProxy", new AbiWriter().Word(aggregator), cancellation));
    }

    public Task<Address> DeployAsync(string artifact, AbiWriter arguments, CancellationToken cancellation, IReadOnlyDictionary<string, Address>? libraries = null) =>
        DeployAsync(Artifact.Load(artifact).DeployData(arguments.ToArray(), libraries), cancellation);

    public Task<Address> DeployAsync(ReadOnlyMemory<byte> initCode, CancellationToken cancellation) => Chain.DeployAsync(Owner, initCode, cancellation);

    public Task CallAsync(Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation) => Chain.TransactAsync(Owner, to, data, cancellation);

    public Task<ReadOnlyMemory<byte>> ViewAsync(Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation) => Chain.ViewAsync(to, data, null, cancellation);

    /// <summary>Lets the executor call these functions and pay out this token.</summary>
    public async Task AllowAsync(IEnumerable<CallableFunction> functions, Address token, CancellationToken cancellation)
    {
        foreach (var function in functions) await CallAsync(Executor, Contract.AllowTarget(function.Target, function.Selector, allowed: true), cancellation);
        await CallAsync(Executor, Contract.AllowToken(token, allowed: true), cancellation);
    }

    /// <summary>Sends a round to every feed; they are mined with the next block.</summary>
    public Task TransmitAsync(IReadOnlyList<long> prices, CancellationToken cancellation) => TransmitAsync(Chain, prices, cancellation);

    /// <inheritdoc cref="TransmitAsync(IReadOnlyList{long}, CancellationToken)"/>
    public async Task TransmitAsync(IDevNode chain, IReadOnlyList<long> prices, CancellationToken cancellation)
    {
        for (var i = 0; i < prices.Count; i++) await chain.SendAsync(Owner, Aggregators[i], TransmitCall(prices[i]), cancellation);
    }

    private static byte[] TransmitCall(long price) => new AbiWriter().Word((Int256)price).ToCall(Signatures.Transmit);
}
