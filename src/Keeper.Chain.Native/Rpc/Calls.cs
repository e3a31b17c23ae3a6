using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Rpc;

/// <summary>The calls that this client makes, by their JSON-RPC names.</summary>
internal static class Calls
{
    public static RpcCall ChainId { get; } = RpcCall.Without("eth_chainId");

    public static RpcCall Header(BlockId block) => block is BlockId.ByHash(var hash)
        ? new("eth_getBlockByHash", json =>
        {
            json.WriteStringValue(hash.ToString());
            json.WriteBooleanValue(false);
        })
        : new("eth_getBlockByNumber", json =>
        {
            json.WriteBlock(block);
            json.WriteBooleanValue(false);
        });

    public static RpcCall Logs(LogQuery query, Hash32 blockHash) => new("eth_getLogs", json =>
    {
        json.WriteStartObject();
        json.WriteString("blockHash"u8, blockHash.ToString());
        json.WriteQuery(query);
        json.WriteEndObject();
    });

    public static RpcCall BlockReceipts(Hash32 block) => new("eth_getBlockReceipts", json => json.WriteStringValue(block.ToString()));

    public static RpcCall Logs(LogQuery query, ulong fromBlock, ulong toBlock) => new("eth_getLogs", json =>
    {
        json.WriteStartObject();
        json.WriteString("fromBlock"u8, Wire.Quantity(fromBlock));
        json.WriteString("toBlock"u8, Wire.Quantity(toBlock));
        json.WriteQuery(query);
        json.WriteEndObject();
    });

    public static RpcCall Call(CallRequest call, BlockId at) => new("eth_call", json =>
    {
        json.WriteCall(call);
        json.WriteBlock(at);
    });

    public static RpcCall Estimate(CallRequest transaction) => new("eth_estimateGas", json => json.WriteCall(transaction));

    /// <summary>eth_getBalance, eth_getTransactionCount or eth_getCode.</summary>
    public static RpcCall OfAccount(string method, Address account, BlockId at) => new(method, json =>
    {
        json.WriteStringValue(account.ToString());
        json.WriteBlock(at);
    });

    public static RpcCall Storage(StorageSlot slot, BlockId at) => new("eth_getStorageAt", json =>
    {
        json.WriteStringValue(slot.Account.ToString());
        json.WriteStringValue(new Hash32(slot.Position).ToString());
        json.WriteBlock(at);
    });

    public static RpcCall FeeHistory(int blockCount, IReadOnlyList<double> percentiles) => new("eth_feeHistory", json =>
    {
        json.WriteStringValue(Wire.Quantity((ulong)blockCount));
        json.WriteStringValue("latest");
        json.WriteStartArray();
        foreach (var percentile in percentiles) json.WriteNumberValue(percentile);
        json.WriteEndArray();
    });

    public static RpcCall SendRaw(ReadOnlyMemory<byte> raw) => new("eth_sendRawTransaction", json => json.WriteStringValue(Hex.Encode(raw.Span)));

    public static RpcCall Receipt(Hash32 transaction) => new("eth_getTransactionReceipt", json => json.WriteStringValue(transaction.ToString()));
}
