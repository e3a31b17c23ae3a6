using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <summary>A reserve's configuration word (ReserveConfiguration.sol: the positions are the same in all versions).</summary>
internal readonly record struct ReserveTerms(UInt256 Bits)
{
    /// <summary>In hundredths of a percent, as everything here that is a share.</summary>
    public UInt256 Threshold => Field(16, 16);

    /// <summary>10,500 gives five percent more than was paid for.</summary>
    public UInt256 Bonus => Field(32, 16);

    public int Decimals => (int)(ulong)Field(48, 8);
    public bool IsActive => !Field(56, 1).IsZero;
    public bool IsPaused => !Field(60, 1).IsZero;
    public UInt256 ProtocolFee => Field(152, 16);

    /// <summary>The reserve's only e-mode category, in 3.0.</summary>
    public byte Category => (byte)(ulong)Field(168, 8);

    private UInt256 Field(int position, int bits) => (Bits >> position) & ((UInt256.One << bits) - UInt256.One);
}
