using System.Globalization;
using System.Text.Json;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Pending;

/// <summary>Transactions and simulations as nodes write them, read strictly.</summary>
internal static class PendingJson
{
    /// <summary>More calldata than this is no price update.</summary>
    private const int MaxDataBytes = 64 * 1024;

    /// <returns>Null for what creates a contract: that is no price update.</returns>
    /// <exception cref="MalformedAnswerException">A field is missing, or is not what it should be.</exception>
    public static PendingTransaction? Transaction(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new MalformedAnswerException("a transaction is not an object");
        if (!json.TryGetProperty("to", out var to) || to.ValueKind == JsonValueKind.Null) return null;
        var isOld = !json.TryGetProperty("maxFeePerGas", out _);
        var fees = isOld ? Fees.Legacy(new(Number(json, "gasPrice"))) : new Fees(new(Number(json, "maxFeePerGas")), new(Number(json, "maxPriorityFeePerGas")));
        var data = Text(json, "input");
        if (data.Length > 2 + 2 * MaxDataBytes) return null;
        return new(Parse<Hash32>(json, "hash", Hash32.TryParse), Parse<Address>(json, "from", Address.TryParse), Parse<Address>(json, "to", Address.TryParse), Quantity(json, "nonce"), Bytes(data), new(Quantity(json, "gas")), fees);

        static T Parse<T>(JsonElement json, string name, Parser<T> parse) => parse(Text(json, name), out var value) ? value : throw new MalformedAnswerException($"{name} is not what it should be");
    }

    /// <summary>Whether a transaction that a node found is in a block.</summary>
    public static bool IsMined(JsonElement transaction) => transaction.TryGetProperty("blockHash", out var block) && block.ValueKind == JsonValueKind.String;

    /// <summary>The outcome of a call in an answer of <c>eth_simulateV1</c>: go-ethereum gives the revert's data in the error, others as what was returned.</summary>
    public static CallResult Call(JsonElement json)
    {
        if (Quantity(json, "status") == 1) return new CallResult.Returned(Bytes(Text(json, "returnData")));
        if (json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object && error.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.String)
            return new CallResult.Reverted(Bytes(data.GetString()!));
        return new CallResult.Reverted(json.TryGetProperty("returnData", out _) ? Bytes(Text(json, "returnData")) : default);
    }

    public static ulong Quantity(JsonElement json, string name) => Number(json, name) is var value && value.FitsUInt64 ? (ulong)value : throw new MalformedAnswerException($"{name} does not fit 64 bits");

    public static ulong Quantity(JsonElement json) =>
        json.ValueKind == JsonValueKind.String && json.GetString() is { } text && text.StartsWith("0x", StringComparison.Ordinal)
        && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : throw new MalformedAnswerException("a quantity is no quantity");

    private delegate bool Parser<T>(string text, out T value);

    private static UInt256 Number(JsonElement json, string name)
    {
        var text = Text(json, name);
        return text.StartsWith("0x", StringComparison.Ordinal) && text.Length > 2 && UInt256.TryParse(text, out var value) ? value : throw new MalformedAnswerException($"{name} is no quantity");
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new MalformedAnswerException($"{name} is missing");

    private static byte[] Bytes(string hex)
    {
        try
        {
            return Hex.Decode(hex);
        }
        catch (FormatException)
        {
            throw new MalformedAnswerException("data is not hex");
        }
    }
}
