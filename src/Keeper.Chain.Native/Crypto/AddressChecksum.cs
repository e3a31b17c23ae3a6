using System.Text;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Crypto;

/// <summary>The letter case of hex digits as a checksum (EIP-55).</summary>
public static class AddressChecksum
{
    /// <summary>0x and 40 hex digits, the letters in the case that EIP-55 gives them.</summary>
    public static string Format(Address address)
    {
        var digits = Convert.ToHexStringLower(address.ToArray());
        Span<byte> hash = stackalloc byte[Hash32.Size];
        Keccak.HashInto(Encoding.ASCII.GetBytes(digits), hash);
        var text = new StringBuilder("0x", 42);
        for (var i = 0; i < digits.Length; i++)
        {
            var nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 0xf;
            text.Append(nibble >= 8 ? char.ToUpperInvariant(digits[i]) : digits[i]);
        }
        return text.ToString();
    }

    /// <summary>True for a right checksum, and for digits of one letter case only, which carry none.</summary>
    public static bool IsAcceptable(string text)
    {
        if (!Address.TryParse(text, out var address)) return false;
        var digits = text.AsSpan(2);
        var lower = digits.IndexOfAnyInRange('a', 'f') >= 0;
        var upper = digits.IndexOfAnyInRange('A', 'F') >= 0;
        return !(lower && upper) || Format(address).AsSpan(2).SequenceEqual(digits);
    }
}
