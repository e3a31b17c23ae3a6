using Keeper.Core.Primitives;

namespace Keeper.Protocols.Oracles;

/// <summary>The word that a view returned when it was last asked.</summary>
/// <param name="Revision">As in <see cref="FeedRow"/>; another block of the same word is not another revision.</param>
/// <param name="Known">False until it was read, and while it reverts.</param>
/// <param name="AsOf">The block that it is of.</param>
/// <param name="IsOld">Nobody has answered for too long: it is not judged by.</param>
/// <param name="IsAsked">It was asked; from then on it is asked again by polls alone, which nothing waits for.</param>
internal readonly record struct PolledRow(long Revision, bool Known, UInt256 Word, AsOf AsOf, bool IsOld, bool IsAsked)
{
    public bool IsUsable => Known && !IsOld;
}
