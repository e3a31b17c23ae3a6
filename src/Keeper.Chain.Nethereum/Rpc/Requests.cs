using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>The calls of a node, built by the handlers of <see cref="Web3"/>; where those cannot name a block by hash, with their method names.</summary>
internal sealed class Requests(IWeb3 web3)
{
    public RpcRequest ChainId() => new(null, "eth_chainId");

    public RpcRequest Header(BlockId block) => block switch
    {
        BlockId.ByHash(var hash) => web3.Eth.Blocks.GetBlockWithTransactionsHashesByHash.BuildRequest(hash.ToString()),
        BlockId.ByNumber(var number) => web3.Eth.Blocks.GetBlockWithTransactionsHashesByNumber.BuildRequest(new BlockParameter(number)),
        BlockId.Tagged(var tag) => web3.Eth.Blocks.GetBlockWithTransactionsHashesByNumber.BuildRequest(Tag(tag)),
        _ => throw new ArgumentOutOfRangeException(nameof(block)),
    };

    public RpcRequest Logs(LogQuery query, Hash32 block) => web3.Eth.Filters.GetLogs.BuildRequest(Filter(new BlockLogsInput { BlockHash = block.ToString() }, query));

    public RpcRequest BlockReceipts(Hash32 block) => new(null, "eth_getBlockReceipts", block.ToString());

    public RpcRequest Logs(LogQuery query, ulong fromBlock, ulong toBlock)
    {
        var input = Filter(new NewFilterInput(), query);
        (input.FromBlock, input.ToBlock) = (new BlockParameter(fromBlock), new BlockParameter(toBlock));
        return web3.Eth.Filters.GetLogs.BuildRequest(input);
    }

    public RpcRequest Call(CallRequest call, BlockId at) => new(null, "eth_call", Input(call), Block(at));

    public RpcRequest Estimate(CallRequest transaction) => new(null, "eth_estimateGas", Input(transaction));

    public RpcRequest Balance(Address account, BlockId at) => new(null, "eth_getBalance", account.ToString(), Block(at));

    public RpcRequest TransactionCount(Address account, BlockId at) => new(null, "eth_getTransactionCount", account.ToString(), Block(at));

    public RpcRequest Code(Address account, BlockId at) => new(null, "eth_getCode", account.ToString(), Block(at));

    /// <summary>The position as a word: some nodes refuse a short quantity there.</summary>
    public RpcRequest Storage(StorageSlot slot, BlockId at) => new(null, "eth_getStorageAt", slot.Account.ToString(), new Hash32(slot.Position).ToString(), Block(at));

    public RpcRequest FeeHistory(int blockCount, IReadOnlyList<double> percentiles) =>
        web3.Eth.FeeHistory.BuildRequest(new HexBigInteger(blockCount), BlockParameter.CreateLatest(), [.. percentiles.Select(percentile => (decimal)percentile)]);

    public RpcRequest SendRaw(ReadOnlyMemory<byte> raw) => web3.Eth.Transactions.SendRawTransaction.BuildRequest(Hex.Encode(raw.Span));

    public RpcRequest Receipt(Hash32 transaction) => web3.Eth.Transactions.GetTransactionReceipt.BuildRequest(transaction.ToString());

    /// <summary>Without a range: the library's default is from latest to latest.</summary>
    public static T Filter<T>(T input, LogQuery query) where T : NewFilterInput
    {
        (input.FromBlock, input.ToBlock) = (null, null);
        input.Address = [.. query.Addresses.Select(address => address.ToString())];
        object[] topics = [query.Topics.Select(topic => topic.ToString()).ToArray()];
        input.Topics = query.Subjects is { } subjects ? [.. topics, subjects.Select(subject => subject.ToString()).ToArray()] : topics;
        return input;
    }

    private static CallInput Input(CallRequest call) => new(Hex.Encode(call.Data.Span), call.To?.ToString())
    {
        From = call.From?.ToString(),
        Gas = call.GasLimit is { } gas ? new HexBigInteger(gas.Value) : null,
        MaxFeePerGas = call.MaxFeePerGas is { } feeCap ? new HexBigInteger(feeCap.Value) : null,
        MaxPriorityFeePerGas = call.MaxPriorityFeePerGas is { } tip ? new HexBigInteger(tip.Value) : null,
    };

    private static object Block(BlockId at) => at switch
    {
        BlockId.ByHash(var hash) => new BlockHashParameter(hash.ToString()),
        BlockId.ByNumber(var number) => new BlockParameter(number),
        BlockId.Tagged(var tag) => Tag(tag),
        _ => throw new ArgumentOutOfRangeException(nameof(at)),
    };

    private static BlockParameter Tag(BlockTag tag)
    {
        var parameter = new BlockParameter();
        parameter.SetValue(Enum.Parse<BlockParameter.BlockParameterType>(tag.ToString(), ignoreCase: true));
        return parameter;
    }
}
