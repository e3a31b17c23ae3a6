using System.Globalization;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared;

/// <summary>How accounts are written in journal and log.</summary>
internal static class Names
{
    /// <summary>The word of an account as journal, list or log write it; null where it is no such name.</summary>
    public static UInt256? TryParse(string account, bool isAddress)
    {
        if (!isAddress) return UInt256.TryParse(account, out var number) && KeyOf(number, isAddress) == account ? number : null;
        if (!Address.TryParse(account, out var address)) return null;
        Span<byte> word = stackalloc byte[32];
        word.Clear();
        address.CopyTo(word[12..]);
        return UInt256.ReadBigEndian(word);
    }

    public static string KeyOf(UInt256 account, bool isAddress) => isAddress ? AbiReader.ToAddress(account).ToString() : account.ToString(null, CultureInfo.InvariantCulture);
}
