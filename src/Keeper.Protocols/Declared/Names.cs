using System.Globalization;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared;

/// <summary>How accounts are written in journal and log.</summary>
internal static class Names
{
    public static string KeyOf(UInt256 account, bool isAddress) => isAddress ? AbiReader.ToAddress(account).ToString() : account.ToString(null, CultureInfo.InvariantCulture);
}
