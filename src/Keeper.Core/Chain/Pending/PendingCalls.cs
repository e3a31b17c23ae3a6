using System.Text.Json;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Pending;

/// <summary>What a pool is asked, by JSON-RPC names.</summary>
internal static class PendingCalls
{
    public static JsonCall Transaction(Hash32 hash) => new("eth_getTransactionByHash", json =>
    {
        json.WriteStartArray();
        json.WriteStringValue(hash.ToString());
        json.WriteEndArray();
    });

    public static JsonCall TransactionCount(Address account, BlockRef at) => new("eth_getTransactionCount", json =>
    {
        json.WriteStartArray();
        json.WriteStringValue(account.ToString());
        WriteBlock(json, at);
        json.WriteEndArray();
    });

    /// <summary>
    /// The update and the call behind it in one block after <paramref name="at"/> (https://github.com/ethereum/execution-apis, eth_simulateV1). Nonces are not
    /// validated: what waits before either of them is not part of it.
    /// </summary>
    public static JsonCall Simulate(PendingUpdate update, CallRequest call, BlockRef at) => new("eth_simulateV1", json =>
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteStartArray("blockStateCalls"u8);
        json.WriteStartObject();
        json.WriteStartObject("blockOverrides"u8);
        json.WriteString("number"u8, Quantity(at.Number + 1));
        json.WriteString("time"u8, Quantity(update.Timestamp));
        json.WriteEndObject();
        json.WriteStartArray("calls"u8);
        var transaction = update.Transaction;
        WriteCall(json, new(transaction.To, transaction.Data, transaction.From, transaction.GasLimit));
        WriteCall(json, call);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteBoolean("validation"u8, false);
        json.WriteEndObject();
        WriteBlock(json, at);
        json.WriteEndArray();
    });

    /// <param name="whole">Whole transactions, where a node offers them; else their hashes.</param>
    public static JsonCall Subscribe(bool whole) => new("eth_subscribe", json =>
    {
        json.WriteStartArray();
        json.WriteStringValue("newPendingTransactions"u8);
        if (whole) json.WriteBooleanValue(true);
        json.WriteEndArray();
    });

    private static void WriteCall(Utf8JsonWriter json, CallRequest call)
    {
        json.WriteStartObject();
        if (call.From is { } from) json.WriteString("from"u8, from.ToString());
        json.WriteString("to"u8, call.To.ToString());
        json.WriteString("input"u8, Hex.Encode(call.Data.Span));
        if (call.GasLimit is { } gas) json.WriteString("gas"u8, Quantity(gas.Value));
        if (call.MaxFeePerGas is { } feeCap) json.WriteString("maxFeePerGas"u8, feeCap.Value.ToString("x", null));
        if (call.MaxPriorityFeePerGas is { } tip) json.WriteString("maxPriorityFeePerGas"u8, tip.Value.ToString("x", null));
        json.WriteEndObject();
    }

    private static void WriteBlock(Utf8JsonWriter json, BlockRef at)
    {
        json.WriteStartObject();
        json.WriteString("blockHash"u8, at.Hash.ToString());
        json.WriteBoolean("requireCanonical"u8, true);
        json.WriteEndObject();
    }

    private static string Quantity(ulong value) => ((UInt256)value).ToString("x", null);
}
