namespace Keeper.Chain.Nethereum.Accounts;

/// <summary>The shape of RLP that a transaction without an access list has. Asked before the library decodes, which follows nested lists as deep as they go and would end the process.</summary>
internal static class FlatList
{
    /// <summary>One list that fills the bytes, of strings and empty lists alone.</summary>
    public static bool Is(ReadOnlySpan<byte> rlp)
    {
        if (!TryRead(rlp, out var content, out var size, out var isList) || !isList || size != rlp.Length) return false;
        while (!content.IsEmpty)
        {
            if (!TryRead(content, out var item, out var length, out var isNested) || (isNested && !item.IsEmpty)) return false;
            content = content[length..];
        }
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> rlp, out ReadOnlySpan<byte> content, out int size, out bool isList)
    {
        content = default;
        (size, isList) = (0, false);
        if (rlp.IsEmpty) return false;
        var first = rlp[0];
        isList = first >= 0xc0;
        var (prefix, length) = first < 0x80 ? (0, 1) : (1, first - (isList ? 0xc0 : 0x80));
        if (length > 55)
        {
            var digits = length - 55;
            if (digits > 4 || rlp.Length < 1 + digits) return false;
            long value = 0;
            foreach (var digit in rlp.Slice(1, digits)) value = (value << 8) | digit;
            if (value > rlp.Length) return false;
            (prefix, length) = (1 + digits, (int)value);
        }
        if (rlp.Length - prefix < length) return false;
        content = rlp.Slice(prefix, length);
        size = prefix + length;
        return true;
    }
}
