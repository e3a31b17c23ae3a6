using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Core.Submission;

/// <summary>What the sender needs to know of a new head.</summary>
/// <param name="Tokens">What rewards are paid in, with their value at that block.</param>
public sealed record Head(BlockRef Block, GasMarket Gas, IReadOnlyList<RewardToken> Tokens)
{
    /// <summary>What the native coin was worth when it was last read, for the books; null where it was not.</summary>
    public NativeCoinPrice? CoinPrice { get; init; }
}
