using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;

namespace Keeper.Host.Demo.RefPerps;

/// <summary>Where everything stands on the demo's chain.</summary>
/// <param name="Feeds">The proxies that contracts read, by market.</param>
/// <param name="Aggregators">The contracts behind them that take rounds, by market.</param>
/// <param name="Owner">Unlocked on the node; owns the exchange and the executor, transmits prices.</param>
internal sealed record Deployment(
    Address Token, Address Perps, Address Seeder, Address Lens, Address Multicall, Address Executor, Address Treasury, Address Owner,
    IReadOnlyList<Address> Feeds, IReadOnlyList<Address> Aggregators)
{
    private const ulong Wad = 1_000_000_000_000_000_000;
    private static readonly string[] Libraries = ["RefPerpsTrading", "RefPerpsLiquidation", "RefPerpsAdmin"];

    /// <summary>The feed of the native coin's price: the first market is the chain's own coin.</summary>
    public Address NativeFeed => Feeds[0];

    /// <summary>Deploys feeds, exchange and executor, lists the markets and funds pool and insurance.</summary>
    /// <param name="contract">Of the library that the keeper will use.</param>
    /// <param name="operatorAddress">The keeper's key.</param>
    public static async Task<Deployment> CreateAsync(IDevNode chain, IExecutorContract contract, Address operatorAddress, CancellationToken cancellation)
    {
        var accounts = await chain.AccountsAsync(cancellation);
        var (owner, treasury) = (accounts[0], accounts[1]);

        // 1. The token and the feeds.
        var token = await DeployAsync("TestToken", new AbiWriter().Bytes("Test dollar"u8).Bytes("tUSD"u8));
        var (aggregators, feeds) = (new List<Address>(), new List<Address>());
        foreach (var market in DemoMarket.All)
        {
            var name = System.Text.Encoding.ASCII.GetBytes(market.Symbol.Replace("-PERP", " / USD", StringComparison.Ordinal));
            aggregators.Add(await DeployAsync("Aggregator", new AbiWriter().Word((ulong)DemoMarket.FeedDecimals).Bytes(name)));
            feeds.Add(await DeployAsync("AggregatorProxy", new AbiWriter().Word(aggregators[^1])));
            await chain.TransactAsync(owner, aggregators[^1], TransmitCall(market.StartPrice), cancellation);
        }

        // 2. The exchange, linked from its libraries.
        var libraries = new Dictionary<string, Address>();
        foreach (var library in Libraries) libraries[library] = await DeployAsync(library, new AbiWriter(), libraries);
        var globals = new AbiWriter().Word(token)
            .Word((UInt256)Wad * 3UL) // stipend
            .Word((UInt256)Wad * 10_000UL) // keeperCap
            .Word(10_000UL) // debtPpm
            .Word(0UL).Word(Address.Zero); // no sequencer
        var perps = await DeployAsync("RefPerps", globals, libraries);
        for (var i = 0; i < feeds.Count; i++) await chain.TransactAsync(owner, perps, DemoMarket.All[i].ListCall(feeds[i]), cancellation);

        // 3. Money for pool, insurance and the accounts to come.
        var seeder = await DeployAsync("AccountSeeder", new AbiWriter().Word(perps));
        await chain.TransactAsync(owner, token, new AbiWriter().Word(owner).Word(Dollars(1_000_000_000)).ToCall(Signatures.Mint), cancellation);
        await chain.TransactAsync(owner, token, new AbiWriter().Word(seeder).Word(Dollars(10_000_000_000)).ToCall(Signatures.Mint), cancellation);
        await chain.TransactAsync(owner, token, new AbiWriter().Word(perps).Word(UInt256.MaxValue).ToCall(Signatures.Approve), cancellation);
        await chain.TransactAsync(owner, perps, new AbiWriter().Word(Dollars(500_000_000)).ToCall(Signatures.DepositPool), cancellation);
        // Bad debt is paid from the fund, and so is a keeper's stipend: once it is empty, an account without equity pays nobody, and no keeper comes.
        await chain.TransactAsync(owner, perps, new AbiWriter().Word(Dollars(100_000_000)).ToCall(Signatures.DepositInsurance), cancellation);

        // 4. The executor, which may call what the exchange's adapter calls, and nothing else.
        var executor = await chain.DeployAsync(owner, contract.DeployData(Artifact.Load(Artifact.ExecutorName).DeployData([]), new(owner, operatorAddress, treasury)), cancellation);
        foreach (var function in RefPerpsFunctions(perps)) await chain.TransactAsync(owner, executor, contract.AllowTarget(function.Target, function.Selector, allowed: true), cancellation);
        await chain.TransactAsync(owner, executor, contract.AllowToken(token, allowed: true), cancellation);

        var lens = await DeployAsync("RefPerpsLens", new AbiWriter());
        var multicall = await DeployAsync("Multicall", new AbiWriter());
        return new(token, perps, seeder, lens, multicall, executor, treasury, owner, feeds, aggregators);

        Task<Address> DeployAsync(string artifact, AbiWriter arguments, IReadOnlyDictionary<string, Address>? libraries = null) =>
            chain.DeployAsync(owner, Artifact.Load(artifact).DeployData(arguments.ToArray(), libraries), cancellation);
    }

    /// <summary>Opens the accounts, as many in a transaction as its gas cap allows.</summary>
    public async Task SeedAsync(IDevNode chain, IReadOnlyList<Population.Account> accounts, CancellationToken cancellation)
    {
        const int PerTransaction = 12;
        foreach (var batch in accounts.Chunk(PerTransaction)) await chain.TransactAsync(Owner, Seeder, Population.SeedCall(batch), cancellation);
    }

    /// <summary>Sends a round to every feed; they are mined with the next block.</summary>
    public async Task TransmitAsync(IDevNode chain, IReadOnlyList<long> prices, CancellationToken cancellation)
    {
        for (var i = 0; i < prices.Count; i++) await chain.SendAsync(Owner, Aggregators[i], TransmitCall(prices[i]), cancellation);
    }

    private static byte[] TransmitCall(long price) => new AbiWriter().Word((Int256)price).ToCall(Signatures.Transmit);

    /// <summary>What the executor must be allowed to call of the exchange.</summary>
    public static IReadOnlyList<Core.Protocol.CallableFunction> RefPerpsFunctions(Address perps)
    {
        var settings = new Core.Protocol.ProtocolSettings("refperps", "refperps", perps, 0, null);
        return new Protocols.RefPerps.RefPerpsProtocol(settings, new Core.Mirror.UndoLog()).Functions;
    }

    private static UInt256 Dollars(ulong whole) => (UInt256)whole * Wad;
}
