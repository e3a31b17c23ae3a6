using System.Diagnostics.CodeAnalysis;

namespace Keeper.Core.Primitives;

/// <summary>0x-prefixed hex as JSON-RPC writes it.</summary>
public static class Hex
{
    /// <summary>0x and two lower-case digits a byte.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => string.Concat("0x", Convert.ToHexStringLower(bytes));

    /// <summary>Reads an even number of digits after <c>0x</c>.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static byte[] Decode(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? Convert.FromHexString(text.AsSpan(2)) : throw new FormatException("Hex data begins with 0x.");

    /// <summary>Reads exactly as many bytes as <paramref name="destination"/> holds.</summary>
    public static bool TryDecodeExact([NotNullWhen(true)] string? text, Span<byte> destination) =>
        text is not null
        && text.Length == 2 + 2 * destination.Length
        && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        && Convert.FromHexString(text.AsSpan(2), destination, out _, out var written) == System.Buffers.OperationStatus.Done
        && written == destination.Length;
}
