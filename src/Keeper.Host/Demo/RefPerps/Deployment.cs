using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;

namespace Keeper.Host.Demo.RefPerps;

/// <summary>Where the exchange stands on the demo's chain.</summary>
internal sealed record Deployment(DemoGround Ground, Address Token, Address Perps, Address Seeder, Address Lens)
{
    private const ulong Wad = 1_000_000_000_000_000_000;
    private static readonly string[] Libraries = ["RefPerpsTrading", "RefPerpsLiquidation", "RefPerpsAdmin"];

    /// <summary>As <see cref="DemoGround"/> says.</summary>
    public Address Owner => Ground.Owner;
    public Address Treasury => Ground.Treasury;
    public Address Executor => Ground.Executor;
    public Address Multicall => Ground.Multicall;
    public Address NativeFeed => Ground.NativeFeed;
    public IReadOnlyList<Address> Feeds => Ground.Feeds;
    public IReadOnlyList<Address> Aggregators => Ground.Aggregators;

    /// <summary>The ground, and the exchange on it.</summary>
    /// <param name="contract">Of the library that the keeper will use.</param>
    /// <param name="operatorAddress">The keeper's key.</param>
    public static async Task<Deployment> CreateAsync(IDevNode chain, IExecutorContract contract, Address operatorAddress, CancellationToken cancellation) =>
        await CreateAsync(await DemoGround.CreateAsync(chain, contract, operatorAddress, cancellation), cancellation);

    /// <summary>Deploys the exchange, lists the markets and funds pool and insurance.</summary>
    public static async Task<Deployment> CreateAsync(DemoGround ground, CancellationToken cancellation)
    {
        // 1. The exchange, linked from its libraries.
        var token = await ground.DeployAsync("TestToken", new AbiWriter().Bytes("Test dollar"u8).Bytes("tUSD"u8), cancellation);
        var libraries = new Dictionary<string, Address>();
        foreach (var library in Libraries) libraries[library] = await ground.DeployAsync(library, new AbiWriter(), cancellation, libraries);
        var globals = new AbiWriter().Word(token)
            .Word((UInt256)Wad * 3UL) // stipend
            .Word((UInt256)Wad * 10_000UL) // keeperCap
            .Word(10_000UL) // debtPpm
            .Word(0UL).Word(Address.Zero); // no sequencer
        var perps = await ground.DeployAsync("RefPerps", globals, cancellation, libraries);
        foreach (var (market, feed) in DemoMarket.All.Zip(ground.Feeds)) await ground.CallAsync(perps, market.ListCall(feed), cancellation);

        // 2. Money for pool, insurance and the accounts to come.
        var seeder = await ground.DeployAsync("AccountSeeder", new AbiWriter().Word(perps), cancellation);
        await ground.CallAsync(token, new AbiWriter().Word(ground.Owner).Word(Dollars(1_000_000_000)).ToCall(Signatures.Mint), cancellation);
        await ground.CallAsync(token, new AbiWriter().Word(seeder).Word(Dollars(10_000_000_000)).ToCall(Signatures.Mint), cancellation);
        await ground.CallAsync(token, new AbiWriter().Word(perps).Word(UInt256.MaxValue).ToCall(Signatures.Approve), cancellation);
        await ground.CallAsync(perps, new AbiWriter().Word(Dollars(500_000_000)).ToCall(Signatures.DepositPool), cancellation);
        // Bad debt is paid from the fund, and so is a keeper's stipend: once it is empty, an account without equity pays nobody, and no keeper comes.
        await ground.CallAsync(perps, new AbiWriter().Word(Dollars(100_000_000)).ToCall(Signatures.DepositInsurance), cancellation);

        // 3. The executor may call what the exchange's adapter calls, and nothing else.
        await ground.AllowAsync(RefPerpsFunctions(perps), token, cancellation);
        return new(ground, token, perps, seeder, await ground.DeployAsync("RefPerpsLens", new AbiWriter(), cancellation));
    }

    /// <summary>Opens the accounts, as many in a transaction as its gas cap allows.</summary>
    public async Task SeedAsync(IDevNode chain, IReadOnlyList<Population.Account> accounts, CancellationToken cancellation)
    {
        const int PerTransaction = 12;
        foreach (var batch in accounts.Chunk(PerTransaction)) await chain.TransactAsync(Owner, Seeder, Population.SeedCall(batch), cancellation);
    }

    /// <inheritdoc cref="DemoGround.TransmitAsync(IDevNode, IReadOnlyList{long}, CancellationToken)"/>
    public Task TransmitAsync(IDevNode chain, IReadOnlyList<long> prices, CancellationToken cancellation) => Ground.TransmitAsync(chain, prices, cancellation);

    /// <summary>What the executor must be allowed to call of the exchange.</summary>
    public static IReadOnlyList<Core.Protocol.CallableFunction> RefPerpsFunctions(Address perps)
    {
        var settings = new Core.Protocol.ProtocolSettings("refperps", "refperps", perps, 0, null);
        return new Protocols.RefPerps.RefPerpsProtocol(settings, new Core.Mirror.UndoLog()).Functions;
    }

    private static UInt256 Dollars(ulong whole) => (UInt256)whole * Wad;
}
