using Keeper.Core.Protocol;

namespace Keeper.Core.Mirror.Snapshots;

/// <summary>One protocol's state on its way into a file.</summary>
public sealed record SnapshotPart(ProtocolSettings Settings, ulong StateVersion, ICapturedState State)
{
    public static SnapshotPart Of(IProtocol protocol) => new(protocol.Settings, protocol.StateVersion, AdapterFault.Whole(protocol.Capture()));
}
