using Keeper.Core.Primitives;

namespace Keeper.Conformance.EndToEnd.Hostile;

/// <param name="Promised">What the adapter takes the call to pay, and tells it to.</param>
/// <param name="Gas">The limit of the call.</param>
internal sealed record HostileAccount(HostileKind Kind, Address Token, UInt256 Promised, ulong Gas)
{
    public static readonly UInt256 Wad = 1_000_000_000_000_000_000UL;
}
