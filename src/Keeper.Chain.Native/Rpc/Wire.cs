using System.Buffers;
using System.Text;
using System.Text.Json;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Rpc;

/// <summary>Reads one value from the token that the reader stands on.</summary>
internal delegate T ResultReader<out T>(ref Utf8JsonReader reader);

/// <summary>The encodings of the Ethereum JSON-RPC specification, read straight from UTF-8 and strictly: nothing missing becomes zero.</summary>
internal static class Wire
{
    /// <summary>The result of one answer, which is no error.</summary>
    /// <exception cref="MalformedAnswerException">The value is not what it should be.</exception>
    public static T Read<T>(RpcAnswer answer, ResultReader<T> read)
    {
        try
        {
            return Read(answer.Result.Span, read);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new MalformedAnswerException("the answer has another shape than the specification's");
        }
    }

    public static T Read<T>(ReadOnlySpan<byte> json, ResultReader<T> read)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return read(ref reader);
    }

    public static ulong Quantity(ref Utf8JsonReader reader)
    {
        var digits = Digits(ref reader);
        if (digits.Length is 0 or > 16) throw new MalformedAnswerException("a quantity does not fit 64 bits");
        ulong value = 0;
        foreach (var digit in digits) value = (value << 4) | Nibble(digit);
        return value;
    }

    public static UInt256 Number(ref Utf8JsonReader reader)
    {
        var digits = Digits(ref reader);
        if (digits.Length is 0 or > 64) throw new MalformedAnswerException("a quantity does not fit 256 bits");
        Span<ulong> limbs = stackalloc ulong[4];
        limbs.Clear();
        for (var i = 0; i < digits.Length; i++)
        {
            var place = digits.Length - 1 - i;
            limbs[place / 16] |= (ulong)Nibble(digits[i]) << (place % 16 * 4);
        }
        return new UInt256(limbs[0], limbs[1], limbs[2], limbs[3]);
    }

    public static Wei Wei(ref Utf8JsonReader reader) => new(Number(ref reader));
    public static Gas Gas(ref Utf8JsonReader reader) => new(Quantity(ref reader));

    public static Hash32 Hash(ref Utf8JsonReader reader)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        Fixed(ref reader, bytes);
        return new Hash32(bytes);
    }

    public static Address Address(ref Utf8JsonReader reader)
    {
        Span<byte> bytes = stackalloc byte[Core.Primitives.Address.Size];
        Fixed(ref reader, bytes);
        return new Address(bytes);
    }

    public static byte[] Data(ref Utf8JsonReader reader)
    {
        var digits = Digits(ref reader);
        if (digits.Length == 0) return [];
        var bytes = new byte[digits.Length / 2];
        Decode(digits, bytes);
        return bytes;
    }

    /// <summary>A storage word: 32 bytes, though some nodes leave the leading zeros out.</summary>
    public static Hash32 StorageWord(ref Utf8JsonReader reader) => new(Number(ref reader));

    public static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (reader.TokenType != token) throw new MalformedAnswerException($"{token} is expected where {reader.TokenType} stands");
    }

    public static bool IsNull(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null;

    public static string Quantity(ulong value) => $"0x{value:x}";

    /// <summary>The digits after 0x.</summary>
    private static ReadOnlySpan<byte> Digits(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.String);
        var text = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
        return text.Length >= 2 && text[0] == '0' && text[1] is (byte)'x' or (byte)'X' ? text[2..] : throw new MalformedAnswerException("a value is not hex");
    }

    private static void Fixed(ref Utf8JsonReader reader, scoped Span<byte> destination)
    {
        var digits = Digits(ref reader);
        if (digits.Length != 2 * destination.Length) throw new MalformedAnswerException($"{destination.Length} bytes are expected");
        Decode(digits, destination);
    }

    private static void Decode(ReadOnlySpan<byte> digits, Span<byte> destination)
    {
        if (digits.Length != 2 * destination.Length || Convert.FromHexString(digits, destination, out _, out _) != OperationStatus.Done)
            throw new MalformedAnswerException("a value is not hex of whole bytes");
    }

    private static byte Nibble(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => (byte)(digit - '0'),
        >= (byte)'a' and <= (byte)'f' => (byte)(digit - 'a' + 10),
        >= (byte)'A' and <= (byte)'F' => (byte)(digit - 'A' + 10),
        _ => throw new MalformedAnswerException("a value is not hex"),
    };
}
