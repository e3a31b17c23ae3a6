using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Core.Mirror.Snapshots;

/// <summary>What a part of the file is, as its directory says.</summary>
/// <param name="Kind">1: a protocol's state. Others are passed over: they are for what a later keeper can do without.</param>
/// <param name="Name">The protocol's.</param>
/// <param name="DeployBlock">Where its history began.</param>
/// <param name="StateVersion">The adapter's form.</param>
/// <param name="Accounts">For people.</param>
/// <param name="Offset">From the file's beginning.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
public sealed record SnapshotSection(
    byte Kind, string Name, string Type, Address Address, ulong DeployBlock, ulong StateVersion, ulong Accounts, long Offset, long Length, Hash32 Hash)
{
    public const byte ProtocolState = 1;

    /// <summary>Why this is not the state of a protocol that is configured so; null where it is.</summary>
    public string? DifferenceTo(ProtocolSettings settings, ulong stateVersion) =>
        Type != settings.Type ? $"is of the adapter {Type}, not {settings.Type}"
        : Address != settings.Address ? $"is of the contract {Address}, not {settings.Address}"
        : DeployBlock != settings.FirstBlock ? $"began at block {DeployBlock}, not at {settings.FirstBlock}"
        : StateVersion != stateVersion ? $"has the adapter's form {StateVersion}, not {stateVersion}"
        : null;
}
