namespace Keeper.Core.Mirror.Snapshots;

/// <summary>A snapshot is not used: nothing of it has reached a mirror.</summary>
public sealed class SnapshotException(SnapshotFault fault, string message) : Exception(message)
{
    public SnapshotFault Fault { get; } = fault;
}
