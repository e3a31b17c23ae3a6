using System.Numerics;
using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;
using Keeper.Host.Demo;

namespace Keeper.Conformance.AaveV3;

/// <summary>Uniswap v3 with one pool of two of the assets, at their prices of now, and the swapper that sells on it.</summary>
internal sealed class SwapVenue
{
    private const int Fee = 500, Edge = 887_270;

    private SwapVenue(Address swapper) => Swapper = swapper;

    public Address Swapper { get; }

    public static async Task<SwapVenue> DeployAsync(TestChain chain, AavePool pool, AaveAsset one, AaveAsset other)
    {
        var contracts = await ThirdPartyContracts.OpenAsync(ThirdPartyContracts.UniswapV3, default);
        var coin = one.Token; // no coin is wrapped here
        var factory = await pool.CreateAsync(contracts.Load("UniswapV3Factory"), new AbiWriter());
        var manager = await pool.CreateAsync(contracts.Load("NonfungiblePositionManager"), new AbiWriter().Word(factory).Word(coin).Word(Address.Zero));
        var router = await pool.CreateAsync(contracts.Load("SwapRouter"), new AbiWriter().Word(factory).Word(coin));
        var swapper = await pool.CreateAsync(Artifact.Load("UniswapV3Swapper"), new AbiWriter().Word(router).Word(true));

        var (low, high) = one.Token.CompareTo(other.Token) < 0 ? (one, other) : (other, one);
        await pool.SendAsync(manager, "createAndInitializePoolIfNecessary(address,address,uint24,uint160)",
            new AbiWriter().Word(low.Token).Word(high.Token).Word((UInt256)(ulong)Fee).Word(RootOfPrice(low, high)));
        foreach (var asset in (AaveAsset[])[low, high])
        {
            await pool.SendAsync(asset.Token, "mint(address,uint256)", new AbiWriter().Word(pool.Owner).Word(asset.Worth(200_000_000)));
            await pool.SendAsync(asset.Token, "approve(address,uint256)", new AbiWriter().Word(manager).Word(UInt256.MaxValue));
        }
        await pool.SendAsync(manager, "mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))",
            new AbiWriter().Word(low.Token).Word(high.Token).Word((UInt256)(ulong)Fee).Word((Int256)(-Edge)).Word((Int256)Edge)
                .Word(low.Worth(100_000_000)).Word(high.Worth(100_000_000)).Word(UInt256.Zero).Word(UInt256.Zero).Word(pool.Owner).Word((UInt256)(chain.Time + 1_000_000)));
        return new(swapper);
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
