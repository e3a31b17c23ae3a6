using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Protocols.AaveV3;

/// <summary>A reserve as <c>getReserveData</c> tells it.</summary>
internal sealed record AaveReserve(Address Asset, ushort Id, int Decimals)
{
    public Address AToken => AaveWorld.Numbered(0xa000UL + Id);
    public Address DebtToken => AaveWorld.Numbered(0xd000UL + Id);
    public ulong Threshold { get; set; } = 8_000;
    public ulong Bonus { get; set; } = 10_500;
    public ulong Fee { get; set; }
    public bool IsDropped { get; set; }
    public bool IsPaused { get; set; }
    public ulong GraceUntil { get; set; }
    public UInt256 LiquidityIndex { get; set; } = AaveWorld.Ray;
    public UInt256 LiquidityRate { get; set; }
    public UInt256 DebtIndex { get; set; } = AaveWorld.Ray;
    public UInt256 DebtRate { get; set; }
    public ulong UpdatedAt { get; set; } = AaveWorld.Now;

    public byte[] Encode()
    {
        if (IsDropped) return new byte[15 * 32];
        var terms = (UInt256)7_500UL | (UInt256)Threshold << 16 | (UInt256)Bonus << 32 | (UInt256)(ulong)Decimals << 48 | UInt256.One << 56 | (IsPaused ? UInt256.One : UInt256.Zero) << 60 | (UInt256)Fee << 152;
        return new AbiWriter().Word(terms).Word(LiquidityIndex).Word(LiquidityRate).Word(DebtIndex).Word(DebtRate).Word(UInt256.Zero).Word((UInt256)UpdatedAt).Word((UInt256)(ulong)Id)
            .Word(AToken).Word(Address.Zero).Word(DebtToken).Word(Address.Zero).Word(UInt256.Zero).Word(UInt256.Zero).Word(UInt256.Zero).ToArray();
    }
}
