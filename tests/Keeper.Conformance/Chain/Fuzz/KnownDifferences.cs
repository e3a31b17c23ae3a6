using System.Text;

namespace Keeper.Conformance.Chain.Fuzz;

/// <summary>
/// Where one client may refuse what another reads: never may both read and differ. (A share of used gas of -0 is 0 to one of them; that is the same share.)
/// </summary>
internal static class KnownDifferences
{
    private static readonly (string Reason, Func<byte[], bool> Applies)[] Table =
    [
        ("A name comes twice: all take the last one, but the native client, which reads as it goes, refuses one before it that is of a wrong shape.", json => JsonSpans.Of(json) is { HasTwins: true }),
        ("A number that no decimal holds, wherever it stands: Newtonsoft.Json reads every number of a text, the native client those that it needs.", json => Contains(json, "1e400")),
        ("Half of a surrogate pair in a text: the native client's reader refuses it, Newtonsoft.Json keeps it.", json => Contains(json, "\\ud8")),
        ("A notification of a subscription that was not named: the native client tells heads and logs by their shape, since the node may send one before the name; Nethereum's goes by the name once it has one.",
            json => Contains(json, "eth_subscription") && !Contains(json, "\"subscription\":\"0xaa\"") && !Contains(json, "\"subscription\":\"0xbb\"")),
    ];

    /// <summary>Why the clients may not agree about this text; null where they must.</summary>
    public static string? Excuse(byte[] json) => Table.Where(entry => entry.Applies(json)).Select(entry => entry.Reason).FirstOrDefault();

    private static bool Contains(byte[] json, string part) => json.AsSpan().IndexOf(Encoding.UTF8.GetBytes(part)) >= 0;
}
