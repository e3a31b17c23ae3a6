using Keeper.Core.Primitives;

namespace Keeper.Protocols.Capital;

/// <summary>How collateral becomes the token of the debt.</summary>
/// <param name="From">The collateral.</param>
/// <param name="To">The debt.</param>
/// <param name="Swapper">A contract of the port ISwapper that the liquidator's owner allows; the zero address where own funds buy the collateral at the owner's bound.</param>
/// <param name="Path">What that swapper understands: for Uniswap v3 token, fee (3 bytes), token, and so on.</param>
/// <param name="CostPpm">What a sale is taken to lose against the protocol's price, in millionths, until a simulation tells: fees and price impact; where own funds buy, the owner's bound.</param>
public sealed record SwapRoute(Address From, Address To, Address Swapper, ReadOnlyMemory<byte> Path, uint CostPpm)
{
    /// <summary>The most that one liquidation repays by it, in whole tokens of the debt at 1e18: what the market can bear. Null for all that the protocol's contract allows.</summary>
    public UInt256? MaxRepay { get; init; }
}
