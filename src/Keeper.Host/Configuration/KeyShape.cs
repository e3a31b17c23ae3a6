using System.Text.RegularExpressions;

namespace Keeper.Host.Configuration;

/// <summary>Finds what could be a private key where none belongs, so that an error about it does not show it.</summary>
internal static partial class KeyShape
{
    public const string Hidden = "(64 hex digits, not shown)";

    public static bool IsIn(string text) => Digits().IsMatch(text);

    public static string Hide(string text) => Digits().Replace(text, Hidden);

    [GeneratedRegex("[0-9a-fA-F]{64}")]
    private static partial Regex Digits();
}
