using Keeper.Core.Chain;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Util;
using Nethereum.Web3;
using FeeHistory = Keeper.Core.Chain.FeeHistory;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>One node through <see cref="Web3"/>: its requests and data objects, our bounds and checks.</summary>
internal sealed class NethereumNode : INode
{
    private readonly EndpointClient<RpcRequest, Answer> _endpoint;
    private readonly Requests _requests;

    public NethereumNode(EndpointClient<RpcRequest, Answer> endpoint)
    {
        _endpoint = endpoint;
        _requests = new Requests(new Web3(new BoundedClient(endpoint)));
    }

    public string Name => _endpoint.Name;

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => ReadAsync<string, ulong>(_requests.ChainId(), Strict.Quantity, cancellation);

    public Task<IReadOnlyList<BlockHeader?>> GetHeadersAsync(IReadOnlyList<BlockId> blocks, CancellationToken cancellation) =>
        _endpoint.ReadAllAsync([.. blocks.Select(_requests.Header)], (answer, i) => HeaderAnswer.Read(answer.Result).Of(blocks[i]), cancellation);

    public Task<IReadOnlyList<IReadOnlyList<Log>>> GetLogsAsync(LogCheck wanted, IReadOnlyList<BlockRef> blocks, CancellationToken cancellation) =>
        ReadAllAsync([.. blocks.Select(block => _requests.Logs(wanted.Query, block.Hash))], (FilterLog[]? logs, int i) => wanted.SortedOf(blocks[i], logs.ToLogs()), cancellation);

    public async Task<IReadOnlyList<Log>> GetLogsAsync(LogCheck wanted, ulong fromBlock, ulong toBlock, CancellationToken cancellation)
    {
        var end = BlockId.At(toBlock);
        var answers = await _endpoint.ReadAllAsync<object?>(
            [_requests.Logs(wanted.Query, fromBlock, toBlock), _requests.Header(end)],
            (answer, i) => i == 0 ? wanted.Sorted(Value<FilterLog[]>(answer).ToLogs(), fromBlock, toBlock) : HeaderAnswer.Read(answer.Result).Of(end),
            cancellation).ConfigureAwait(false);
        ((BlockHeader?)answers[1]).RequireEnd(Name, toBlock);
        return (IReadOnlyList<Log>)answers[0]!;
    }

    public Task<IReadOnlyList<IReadOnlyList<BlockReceipt>?>> GetBlockReceiptsAsync(IReadOnlyList<Hash32> blocks, CancellationToken cancellation) =>
        ReadAllAsync([.. blocks.Select(_requests.BlockReceipts)], static (RollupReceipt[]? receipts, int _) => receipts.ToBlockReceipts(), cancellation);

    public Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation) => _endpoint.ReadAsync<CallResult>(
        [.. calls.Select(call => _requests.Call(call, at))],
        static (answer, _) => answer.Failure is { } failure ? failure.ToCallResult() : new CallResult.Returned(Strict.Data(Text(answer))),
        cancellation);

    public Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation) =>
        ReadAsync<string, Wei>(_requests.Balance(account, at), static hex => new Wei(Strict.Number(hex)), cancellation);

    public Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation) => ReadAsync<string, ulong>(_requests.TransactionCount(account, at), Strict.Quantity, cancellation);

    public Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation) =>
        ReadAsync<string, ReadOnlyMemory<byte>>(_requests.Code(account, at), static hex => Strict.Data(hex), cancellation);

    public Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation) =>
        ReadAllAsync([.. slots.Select(slot => _requests.Storage(slot, at))], static (string? hex, int _) => new Hash32(Strict.Number(hex)), cancellation);

    public Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation) =>
        ReadAsync<string, Gas>(_requests.Estimate(transaction), static hex => new Gas(Strict.Quantity(hex)), cancellation);

    public Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation) =>
        ReadAsync<FeeHistoryResult, FeeHistory>(_requests.FeeHistory(blockCount, rewardPercentiles), Mapping.ToFeeHistory, cancellation);

    public async Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        var hash = new Hash32(Sha3Keccack.Current.CalculateHash(raw.ToArray()));
        return (await _endpoint.ReadAsync([_requests.SendRaw(raw)], (answer, _) => ToSendResult(answer, hash), cancellation).ConfigureAwait(false))[0];
    }

    public Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation) =>
        ReadAllAsync([.. transactionHashes.Select(_requests.Receipt)], (RollupReceipt? receipt, int i) => receipt.ToReceipt().Of(transactionHashes[i]), cancellation);

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();

    private SendResult ToSendResult(Answer answer, Hash32 hash) =>
        answer.Failure is { } failure ? failure.ToSendResult()
        : Strict.Hash(Text(answer)) == hash ? SendResult.Accepted
        : new(SendError.Ambiguous, $"{Name} answered with the hash of another transaction.");

    private Task<TOut> ReadAsync<TIn, TOut>(RpcRequest request, Func<TIn?, TOut> map, CancellationToken cancellation) where TIn : class =>
        _endpoint.ReadAsync(request, answer => map(Value<TIn>(answer)), cancellation);

    private Task<IReadOnlyList<TOut>> ReadAllAsync<TIn, TOut>(IReadOnlyList<RpcRequest> requests, Func<TIn?, int, TOut> map, CancellationToken cancellation) where TIn : class =>
        _endpoint.ReadAllAsync(requests, (answer, i) => map(Value<TIn>(answer), i), cancellation);

    private static T? Value<T>(Answer answer) where T : class => typeof(T) == typeof(string) ? (T?)(object?)Text(answer) : StrictJson.To<T>(answer.Result);

    /// <summary>Null where the result is no string: a number would be read as its digits.</summary>
    private static string? Text(Answer answer) => (answer.Result as Newtonsoft.Json.Linq.JValue)?.Value as string;
}
