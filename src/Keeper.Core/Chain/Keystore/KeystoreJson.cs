using System.Text.Json;

namespace Keeper.Core.Chain.Keystore;

/// <summary>Members of a keystore, each required and checked.</summary>
internal static class KeystoreJson
{
    public static JsonElement Object(JsonElement parent, string name) =>
        Find(parent, name, JsonValueKind.Object);

    public static string Text(JsonElement parent, string name)
    {
        try
        {
            return Find(parent, name, JsonValueKind.String).GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new KeystoreException($"The keystore has no valid {name}."); // half a surrogate is no text
        }
    }

    public static long Integer(JsonElement parent, string name) =>
        Find(parent, name, JsonValueKind.Number).TryGetInt64(out var value) ? value : throw new KeystoreException($"The keystore's {name} is not a whole number.");

    public static byte[] Bytes(JsonElement parent, string name, int limit)
    {
        var digits = Text(parent, name);
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        if (digits.Length > 2 * limit) throw new KeystoreException($"The keystore's {name} is too long.");
        try
        {
            return Convert.FromHexString(digits);
        }
        catch (FormatException)
        {
            throw new KeystoreException($"The keystore's {name} is not hex.");
        }
    }

    private static JsonElement Find(JsonElement parent, string name, JsonValueKind kind) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : throw new KeystoreException($"The keystore has no valid {name}.");
}
