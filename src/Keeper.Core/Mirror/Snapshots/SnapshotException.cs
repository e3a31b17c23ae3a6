namespace Keeper.Core.Mirror.Snapshots;

/// <summary>A snapshot is not used: nothing of it has reached a mirror.</summary>
public sealed class SnapshotException(SnapshotFault fault, string message) : Exception(message)
{
    public SnapshotFault Fault { get; } = fault;

    /// <summary>Whose state it is that is of no use, where that of the others may be; null where nothing of the snapshot is.</summary>
    public string? Protocol { get; init; }
}
