using System.Text;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Abi;

/// <summary>
/// Puts revert data into words: <c>Error(string)</c>, <c>Panic(uint256)</c> and the custom errors it is given. It never throws,
/// its output is bounded and escaped: the bytes are a stranger's.
/// </summary>
/// <param name="customErrors">Signatures such as <c>NotLiquidatable(address,uint256)</c> by their selectors.</param>
public sealed class RevertDecoder(IReadOnlyDictionary<uint, string> customErrors)
{
    private const uint ErrorString = 0x08c379a0;
    private const uint PanicCode = 0x4e487b71;

    /// <summary>Knows the two errors of the language only.</summary>
    public static RevertDecoder Plain { get; } = new(new Dictionary<uint, string>());

    /// <summary>One line of at most <paramref name="limit"/> characters.</summary>
    public string Describe(ReadOnlySpan<byte> data, int limit = ForeignText.DefaultLimit)
    {
        if (data.IsEmpty) return "no reason given";
        if (data.Length < 4) return ForeignText.Clean($"unknown revert data {Hex.Encode(data)}", limit);
        var selector = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data);
        try
        {
            return ForeignText.Clean(Decode(selector, data[4..]), limit);
        }
        catch (AbiException)
        {
            return ForeignText.Clean($"malformed revert data {Hex.Encode(data[..Math.Min(data.Length, limit)])}", limit);
        }
    }

    private string Decode(uint selector, ReadOnlySpan<byte> arguments)
    {
        var reader = new AbiReader(arguments);
        if (selector == ErrorString) return Text(reader.ReadOffset().ReadBytes());
        if (selector == PanicCode) return Panic(reader.ReadUInt256());
        if (customErrors.TryGetValue(selector, out var signature)) return Custom(signature, arguments);
        return $"unknown error 0x{selector:x8} with {arguments.Length} bytes";
    }

    /// <summary>The codes of the Solidity documentation, "Panic via assert and Error via require".</summary>
    public static string Panic(UInt256 code) => "panic: " + (code.FitsUInt64 ? (ulong)code : ulong.MaxValue) switch
    {
        0x00 => "generic",
        0x01 => "assertion failed",
        0x11 => "arithmetic overflow",
        0x12 => "division by zero",
        0x21 => "invalid enum value",
        0x22 => "bad storage byte array",
        0x31 => "pop of an empty array",
        0x32 => "index out of bounds",
        0x41 => "out of memory",
        0x51 => "call of a zero function pointer",
        _ => code.ToString("x", null),
    };

    private static string Custom(string signature, ReadOnlySpan<byte> arguments)
    {
        var open = signature.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || signature[^1] != ')') return signature;
        var types = signature[(open + 1)..^1];
        if (types.Length == 0) return signature;
        // Tuples and arrays would need a parser of types; their errors are named without arguments.
        if (types.AsSpan().IndexOfAny('(', '[') >= 0) return signature[..open];

        var reader = new AbiReader(arguments);
        var text = new StringBuilder(signature, 0, open, 64).Append('(');
        var first = true;
        foreach (var type in types.Split(','))
        {
            if (!first) text.Append(", ");
            first = false;
            text.Append(Argument(ref reader, type.Trim()));
        }
        return text.Append(')').ToString();
    }

    private static string Argument(ref AbiReader reader, string type) => type switch
    {
        "address" => reader.ReadAddress().ToString(),
        "bool" => reader.ReadBool() ? "true" : "false",
        "string" => $"\"{Text(reader.ReadOffset().ReadBytes())}\"",
        "bytes" => Bytes(reader.ReadOffset().ReadBytes()),
        _ when type.StartsWith("uint", StringComparison.Ordinal) => reader.ReadUInt(SizeIn(type, "uint", 256)).ToString(),
        _ when type.StartsWith("int", StringComparison.Ordinal) => reader.ReadInt(SizeIn(type, "int", 256)).ToString(),
        _ => FixedBytes(ref reader, type),
    };

    /// <summary>A bytesN stands at the left of its word.</summary>
    private static string FixedBytes(ref AbiReader reader, string type)
    {
        Span<byte> word = stackalloc byte[32];
        reader.ReadUInt256().WriteBigEndian(word);
        var size = SizeIn(type, "bytes", 32);
        return word[size..].IndexOfAnyExcept((byte)0) < 0 ? Hex.Encode(word[..size]) : throw new AbiException($"A {type} has dirty padding.");
    }

    /// <summary>The number at the end of a type's name; the most where there is none, or another.</summary>
    private static int SizeIn(string type, string prefix, int most) =>
        int.TryParse(type.AsSpan(Math.Min(type.Length, prefix.Length)), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var size) && size > 0 && size < most ? size : most;

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4 * ForeignText.DefaultLimit)]);
    private static string Bytes(ReadOnlySpan<byte> bytes) => Hex.Encode(bytes[..Math.Min(bytes.Length, ForeignText.DefaultLimit)]);
}
