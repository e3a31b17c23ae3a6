using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Host.Demo;

/// <summary>
/// What liquidations that must be paid for need beside the ground: tokens, an exchange that follows the feeds, and the CollateralLiquidator, which owns nothing. Protocols of one
/// chain may share it.
/// </summary>
/// <param name="Dollar">What is lent, and what profit is paid in. All tokens have 18 decimals.</param>
/// <param name="Tokens">The collateral, by <see cref="DemoAsset.All"/>.</param>
internal sealed record DemoCapital(DemoGround Ground, Address Liquidator, Address Swapper, Address Dollar, Address DollarFeed, IReadOnlyList<Address> Tokens)
{
    /// <summary>What a sale loses against the oracle's price, in millionths: the fee of a busy pool.</summary>
    private const uint SwapCostPpm = 3_000;

    private const uint MaxSlippagePpm = 10_000;
    private const ulong Wad = 1_000_000_000_000_000_000;

    public static async Task<DemoCapital> DeployAsync(DemoGround ground, CancellationToken cancellation)
    {
        var swapper = await ground.DeployAsync("FeedSwapper", new AbiWriter().Word(SwapCostPpm), cancellation);
        var (_, dollarFeed) = await ground.CreateFeedAsync(new("tUSD", 1_00000000), cancellation);
        var dollar = await CreateTokenAsync("tUSD", dollarFeed);
        var tokens = new List<Address>();
        foreach (var (asset, feed) in DemoAsset.All.Zip(ground.Feeds)) tokens.Add(await CreateTokenAsync($"t{asset.Symbol}", feed));

        var liquidator = await ground.DeployAsync("CollateralLiquidator", new AbiWriter().Word(ground.Owner).Word(ground.Executor).Word(MaxSlippagePpm), cancellation);
        await ground.CallAsync(liquidator, new AbiWriter().Word(swapper).Word(true).ToCall(Keccak.Selector("allowSwapper(address,bool)")), cancellation);
        return new(ground, liquidator, swapper, dollar, dollarFeed, tokens);

        async Task<Address> CreateTokenAsync(string symbol, Address feed)
        {
            var name = System.Text.Encoding.ASCII.GetBytes(symbol);
            var token = await ground.DeployAsync("TestToken", new AbiWriter().Bytes(name).Bytes(name), cancellation);
            await ground.CallAsync(swapper, new AbiWriter().Word(token).Word(feed).ToCall(Keccak.Selector("list(address,address)")), cancellation);
            foreach (var rich in (Address[])[swapper, ground.Owner])
                await ground.CallAsync(token, new AbiWriter().Word(rich).Word((UInt256)Wad * 1_000_000_000_000UL).ToCall(Signatures.Mint), cancellation);
            return token;
        }
    }

    /// <summary>The section <c>capital</c> of a protocol's file.</summary>
    /// <param name="flashPremiumPpm">What the protocol takes for its loan.</param>
    public object Config(uint flashPremiumPpm) => new
    {
        liquidator = Liquidator.ToString(),
        funding = "flash",
        flashPremiumPpm,
        routes = Tokens.Select(token => new { from = token.ToString(), to = Dollar.ToString(), swapper = Swapper.ToString(), path = Path(token), costPpm = SwapCostPpm }),
    };

    /// <summary>The liquidator may deal with this market, and the protocol may take what the owner has.</summary>
    /// <param name="market">0 for all of an Aave pool.</param>
    public Task AllowMarketAsync(Address venue, UInt256 market, CancellationToken cancellation) =>
        Ground.CallAsync(Liquidator, new AbiWriter().Word(venue).Word(market).Word(true).ToCall(Keccak.Selector("allowMarket(address,bytes32,bool)")), cancellation);

    /// <summary>The owner's tokens may be taken by the protocol.</summary>
    public async Task ApproveAsync(Address spender, CancellationToken cancellation)
    {
        foreach (var token in Tokens.Append(Dollar)) await Ground.CallAsync(token, new AbiWriter().Word(spender).Word(UInt256.MaxValue).ToCall(Signatures.Approve), cancellation);
    }

    /// <summary>So many whole dollars.</summary>
    public static UInt256 Dollars(ulong whole) => (UInt256)whole * Wad;

    /// <summary>So many dollars' worth of an asset at its first price, in its smallest unit.</summary>
    public static UInt256 Worth(DemoAsset asset, ulong dollars) => UInt256.MulDivDown(Dollars(dollars), 100_000_000UL, (UInt256)(ulong)asset.StartPrice);

    /// <summary>As one hop of Uniswap v3 is written; this exchange does not read it.</summary>
    private string Path(Address from) => Hex.Encode([.. from.ToArray(), 0, (byte)(SwapCostPpm >> 8), (byte)(SwapCostPpm & 0xff), .. Dollar.ToArray()]);
}
