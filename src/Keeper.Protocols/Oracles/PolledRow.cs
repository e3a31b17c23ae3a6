using Keeper.Core.Primitives;

namespace Keeper.Protocols.Oracles;

/// <summary>The word that a view returned when it was last asked.</summary>
/// <param name="Revision">As in <see cref="FeedRow"/>.</param>
/// <param name="Known">False until it was read, and while it reverts.</param>
/// <param name="IsAsked">It was asked; from then on it is asked again by polls alone, which nothing waits for.</param>
internal readonly record struct PolledRow(long Revision, bool Known, UInt256 Word, bool IsAsked);
