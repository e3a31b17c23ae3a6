using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Nethereum.Hex.HexTypes;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>From Nethereum's types to the keeper's: nothing missing, short or too long becomes a number.</summary>
internal static class Strict
{
    private const int MaxDigits = 64;

    public static UInt256 Number(HexBigInteger? quantity) => Number(quantity?.HexValue);

    /// <summary>0x and 1 to 64 digits.</summary>
    public static UInt256 Number(string? hex)
    {
        var digits = Digits(hex);
        if (digits.Length is 0 or > MaxDigits) throw new MalformedAnswerException("a quantity does not fit 256 bits");
        Span<byte> word = stackalloc byte[32];
        return Hex.TryDecodeExact(string.Concat("0x", digits.ToString().PadLeft(MaxDigits, '0')), word) ? UInt256.ReadBigEndian(word) : throw NotHex();
    }

    public static ulong Quantity(HexBigInteger? quantity) => Quantity(quantity?.HexValue);

    /// <summary>0x and 1 to 16 digits.</summary>
    public static ulong Quantity(string? hex) => Digits(hex).Length <= MaxDigits / 4 ? (ulong)Number(hex) : throw new MalformedAnswerException("a quantity does not fit 64 bits");

    public static Wei Wei(HexBigInteger? quantity) => new(Number(quantity));

    public static Gas Gas(HexBigInteger? quantity) => new(Quantity(quantity));

    public static Hash32 Hash(string? hex)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        return Hex.TryDecodeExact(hex, bytes) ? new Hash32(bytes) : throw Expected(Hash32.Size);
    }

    public static Address Address(string? hex)
    {
        Span<byte> bytes = stackalloc byte[Core.Primitives.Address.Size];
        return Hex.TryDecodeExact(hex, bytes) ? new Address(bytes) : throw Expected(Core.Primitives.Address.Size);
    }

    public static byte[] Data(string? hex)
    {
        var bytes = new byte[Digits(hex).Length / 2];
        return Hex.TryDecodeExact(hex, bytes) ? bytes : throw NotHex();
    }

    public static T Required<T>(T? value, string what) where T : class => value ?? throw new MalformedAnswerException($"{what} is missing");

    private static ReadOnlySpan<char> Digits(string? hex) => hex is not null && hex.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? hex.AsSpan(2) : throw NotHex();

    private static MalformedAnswerException NotHex() => new("a value is not hex");

    private static MalformedAnswerException Expected(int size) => new($"{size} bytes are expected");
}
