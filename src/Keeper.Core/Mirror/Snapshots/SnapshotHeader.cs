using Keeper.Core.Primitives;

namespace Keeper.Core.Mirror.Snapshots;

/// <summary>What a snapshot says of itself.</summary>
/// <param name="Block">Whose state it is.</param>
/// <param name="WrittenAt">When.</param>
/// <param name="FileBytes">The size of the file.</param>
public sealed record SnapshotHeader(ulong ChainId, BlockRef Block, DateTimeOffset WrittenAt, IReadOnlyList<SnapshotSection> Sections, long FileBytes);
