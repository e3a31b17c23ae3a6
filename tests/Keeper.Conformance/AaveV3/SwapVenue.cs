using System.Numerics;
using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;
using Keeper.Host.Demo;

namespace Keeper.Conformance.AaveV3;

/// <summary>Uniswap v3 with pools of two of the assets each, at their prices of now, and the swapper that sells on it.</summary>
internal sealed class SwapVenue
{
    private const int Fee = 500, Edge = 887_270;

    private readonly TestChain _chain;
    private readonly AavePool _pool;
    private readonly Address _manager;

    private SwapVenue(TestChain chain, AavePool pool, Address manager, Address swapper) => (_chain, _pool, _manager, Swapper) = (chain, pool, manager, swapper);

    public Address Swapper { get; }

    /// <summary>With one deep pool.</summary>
    public static async Task<SwapVenue> DeployAsync(TestChain chain, AavePool pool, AaveAsset one, AaveAsset other)
    {
        var venue = await DeployAsync(chain, pool, one.Token);
        await venue.AddPoolAsync(one, other, 100_000_000);
        return venue;
    }

    /// <param name="coin">Any token: no coin is wrapped here.</param>
    public static async Task<SwapVenue> DeployAsync(TestChain chain, AavePool pool, Address coin)
    {
        var contracts = await ThirdPartyContracts.OpenAsync(ThirdPartyContracts.UniswapV3, default);
        var factory = await pool.CreateAsync(contracts.Load("UniswapV3Factory"), new AbiWriter());
        var manager = await pool.CreateAsync(contracts.Load("NonfungiblePositionManager"), new AbiWriter().Word(factory).Word(coin).Word(Address.Zero));
        var router = await pool.CreateAsync(contracts.Load("SwapRouter"), new AbiWriter().Word(factory).Word(coin));
        var swapper = await pool.CreateAsync(Artifact.Load("UniswapV3Swapper"), new AbiWriter().Word(router).Word(true));
        return new(chain, pool, manager, swapper);
    }

    /// <param name="dollars">What lies of each asset in it, over all prices; 0 for none.</param>
    public async Task AddPoolAsync(AaveAsset one, AaveAsset other, ulong dollars)
    {
        var (low, high) = one.Token.CompareTo(other.Token) < 0 ? (one, other) : (other, one);
        await _pool.SendAsync(_manager, "createAndInitializePoolIfNecessary(address,address,uint24,uint160)",
            new AbiWriter().Word(low.Token).Word(high.Token).Word((UInt256)(ulong)Fee).Word(RootOfPrice(low, high)));
        if (dollars == 0) return;
        foreach (var asset in (AaveAsset[])[low, high])
        {
            await _pool.SendAsync(asset.Token, "mint(address,uint256)", new AbiWriter().Word(_pool.Owner).Word(asset.Worth(2 * dollars)));
            await _pool.SendAsync(asset.Token, "approve(address,uint256)", new AbiWriter().Word(_manager).Word(UInt256.MaxValue));
        }
        await _pool.SendAsync(_manager, "mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))",
            new AbiWriter().Word(low.Token).Word(high.Token).Word((UInt256)(ulong)Fee).Word((Int256)(-Edge)).Word((Int256)Edge)
                .Word(low.Worth(dollars)).Word(high.Worth(dollars)).Word(UInt256.Zero).Word(UInt256.Zero).Word(_pool.Owner).Word((UInt256)(_chain.Time + 1_000_000)));
    }

    /// <summary>What the swapper understands: token, fee in three bytes, token.</summary>
    public static byte[] Path(AaveAsset from, AaveAsset to) => [.. from.Token.ToArray(), 0, Fee >> 8, Fee & 0xff, .. to.Token.ToArray()];

    /// <summary>The square root of the second token's units for one of the first, at 2^96, from above the price by at most a unit.</summary>
    private static UInt256 RootOfPrice(AaveAsset low, AaveAsset high)
    {
        BigInteger amountOfLow = low.Worth(1_000_000), amountOfHigh = high.Worth(1_000_000);
        return UInt256.SqrtDown((UInt256)((amountOfHigh << 192) / amountOfLow));
    }
}
