using System.Text.Json;

namespace Keeper.Core.Chain.Nodes;

/// <summary>Finds what a contract reverted with in the <c>data</c> of a JSON-RPC error.</summary>
public static class RevertData
{
    private const int MaxDepth = 4;

    /// <param name="json">The JSON of <c>data</c>; may be empty.</param>
    public static ReadOnlyMemory<byte>? Find(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty) return null;
        try
        {
            using var document = JsonDocument.Parse(json);
            // A null of type byte[] would become empty memory, not a missing one.
            return FindHex(document.RootElement, MaxDepth) is { } bytes ? new ReadOnlyMemory<byte>(bytes) : default(ReadOnlyMemory<byte>?);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // the latter for half a surrogate
        {
            return null;
        }
    }

    /// <summary>
    /// Nodes put it in different places: a string (go-ethereum, Anvil), behind the word "Reverted" (Parity, Nethermind), or in an object
    /// under one of several names (Hardhat, Ganache, gateways that nest the original error).
    /// </summary>
    private static byte[]? FindHex(JsonElement element, int depth)
    {
        if (element.ValueKind == JsonValueKind.String) return ReadHex(element.GetString()!);
        if (element.ValueKind != JsonValueKind.Object || depth == 0) return null;
        foreach (var name in (ReadOnlySpan<string>)["data", "result", "return", "output", "originalError", "error"])
            if (element.TryGetProperty(name, out var inner) && FindHex(inner, depth - 1) is { } found) return found;
        return null;
    }

    private static byte[]? ReadHex(string text)
    {
        if (text.StartsWith("Reverted ", StringComparison.OrdinalIgnoreCase)) text = text["Reverted ".Length..];
        if (!text.StartsWith("0x", StringComparison.Ordinal)) return null;
        try
        {
            return Convert.FromHexString(text.AsSpan(2));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
