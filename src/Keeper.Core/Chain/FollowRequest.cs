using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>Where to begin and what to tell.</summary>
/// <param name="After">The last block that the caller has applied; the first event is its successor, or a reorg below it.</param>
/// <param name="Ancestors">Hashes of blocks before <paramref name="After"/> that the caller can still return to, newest first.</param>
/// <param name="Filter">The logs that blocks are told with.</param>
/// <param name="Hints">The logs that are told at once as <see cref="ChainEvent.OracleHint"/>, ahead of their block.</param>
/// <param name="Unproven">Told, on any thread, why the next block is held back, each time that nobody's answer can be believed; it is tried again by itself.</param>
public sealed record FollowRequest(BlockRef After, IReadOnlyList<BlockRef> Ancestors, LogFilter Filter, LogFilter Hints, Action<string>? Unproven = null);
