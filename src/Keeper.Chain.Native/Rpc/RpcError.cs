using System.Text.Json;
using Keeper.Core.Chain;

namespace Keeper.Chain.Native.Rpc;

/// <param name="Message">The node's words, cleaned and cut.</param>
/// <param name="Data">The JSON of <c>data</c>, empty where there is none.</param>
internal sealed record RpcError(int Code, string Message, ReadOnlyMemory<byte> Data)
{
    private const int MaxDepth = 4;

    /// <summary>The bytes that a contract reverted with, or null where the error carries none.</summary>
    public byte[]? FindRevertData()
    {
        if (Data.IsEmpty) return null;
        try
        {
            using var document = JsonDocument.Parse(Data);
            return FindHex(document.RootElement, MaxDepth);
        }
        catch (JsonException)
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

    public SendError ClassifySend() => SendErrors.Classify(Code, Message, FindRevertData() is not null);
}
