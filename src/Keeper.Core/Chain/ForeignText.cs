using System.Globalization;
using System.Text;

namespace Keeper.Core.Chain;

/// <summary>Text that somebody else wrote (a node, a contract, a token) before it is shown or stored.</summary>
public static class ForeignText
{
    /// <summary>Where messages of nodes and contracts are cut.</summary>
    public const int DefaultLimit = 200;

    /// <summary>
    /// At most <paramref name="limit"/> characters; control, format and surrogate characters become <c>\uXXXX</c>, so that the
    /// text can neither forge a log line nor drive a terminal.
    /// </summary>
    public static string Clean(string? text, int limit = DefaultLimit)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var clean = new StringBuilder(Math.Min(text.Length, limit));
        foreach (var character in text)
        {
            var piece = MustEscape(character) ? $"\\u{(int)character:x4}" : character.ToString();
            if (clean.Length + piece.Length > limit) return clean.ToString();
            clean.Append(piece);
        }
        return clean.ToString();
    }

    private static bool MustEscape(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
