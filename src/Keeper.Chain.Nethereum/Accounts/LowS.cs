using Keeper.Core.Primitives;

namespace Keeper.Chain.Nethereum.Accounts;

/// <summary>EIP-2: of the two values of s that prove the same, nodes take the lower one.</summary>
internal static class LowS
{
    /// <summary>The order of the group (SEC 2, 2.4.1).</summary>
    private static readonly UInt256 Order = UInt256.Parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    private static readonly UInt256 Half = Order >> 1;

    public static bool Holds(ReadOnlySpan<byte> s) => UInt256.ReadBigEndian(s) <= Half;
}
