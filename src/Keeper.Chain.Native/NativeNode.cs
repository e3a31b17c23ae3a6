using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native;

/// <summary>One node, read straight from the bytes of its answers.</summary>
internal sealed class NativeNode(EndpointClient<RpcCall, RpcAnswer> client) : INode
{
    public string Name => client.Name;

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => ReadAsync(Calls.ChainId, Wire.Quantity, cancellation);

    public Task<IReadOnlyList<BlockHeader?>> GetHeadersAsync(IReadOnlyList<BlockId> blocks, CancellationToken cancellation) =>
        client.ReadAllAsync([.. blocks.Select(Calls.Header)], (answer, i) => Wire.Read(answer, BlockJson.ReadOptional).Of(blocks[i]), cancellation);

    public Task<IReadOnlyList<IReadOnlyList<Log>>> GetLogsAsync(LogCheck wanted, IReadOnlyList<BlockRef> blocks, CancellationToken cancellation) =>
        client.ReadAllAsync([.. blocks.Select(block => Calls.Logs(wanted.Query, block.Hash))], (answer, i) => wanted.SortedOf(blocks[i], Wire.Read(answer, LogJson.ReadMany)), cancellation);

    public async Task<IReadOnlyList<Log>> GetLogsAsync(LogCheck wanted, ulong fromBlock, ulong toBlock, CancellationToken cancellation)
    {
        var end = BlockId.At(toBlock);
        var answers = await client.ReadAllAsync<object?>(
            [Calls.Logs(wanted.Query, fromBlock, toBlock), Calls.Header(end)],
            (answer, i) => i == 0 ? wanted.Sorted(Wire.Read(answer, LogJson.ReadMany), fromBlock, toBlock) : Wire.Read(answer, BlockJson.ReadOptional).Of(end),
            cancellation).ConfigureAwait(false);
        ((BlockHeader?)answers[1]).RequireEnd(Name, toBlock);
        return (IReadOnlyList<Log>)answers[0]!;
    }

    public Task<IReadOnlyList<IReadOnlyList<BlockReceipt>?>> GetBlockReceiptsAsync(IReadOnlyList<Hash32> blocks, CancellationToken cancellation) =>
        client.ReadAllAsync<IReadOnlyList<BlockReceipt>?>([.. blocks.Select(Calls.BlockReceipts)], static (answer, _) => Wire.Read(answer, BlockReceiptJson.ReadOptional), cancellation);

    public Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation) => client.ReadAsync<CallResult>(
        [.. calls.Select(call => Calls.Call(call, at))],
        static (answer, _) => answer.Error is { } failure ? failure.ToCallResult() : new CallResult.Returned(Wire.Read(answer, Wire.Data)),
        cancellation);

    public Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation) => ReadAsync(Calls.OfAccount("eth_getBalance", account, at), Wire.Wei, cancellation);

    public Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation) =>
        ReadAsync(Calls.OfAccount("eth_getTransactionCount", account, at), Wire.Quantity, cancellation);

    public Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation) =>
        client.ReadAsync<ReadOnlyMemory<byte>>(Calls.OfAccount("eth_getCode", account, at), static answer => Wire.Read(answer, Wire.Data), cancellation);

    public Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation) =>
        client.ReadAllAsync([.. slots.Select(slot => Calls.Storage(slot, at))], static (answer, _) => Wire.Read(answer, Wire.StorageWord), cancellation);

    public async Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation) =>
        new(await ReadAsync(Calls.Estimate(transaction), Wire.Quantity, cancellation).ConfigureAwait(false));

    public Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation) =>
        ReadAsync(Calls.FeeHistory(blockCount, rewardPercentiles), FeeHistoryJson.Read, cancellation);

    public async Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        var hash = Keccak.Hash(raw.Span);
        return (await client.ReadAsync([Calls.SendRaw(raw)], (answer, _) => ToSendResult(answer, hash), cancellation).ConfigureAwait(false))[0];
    }

    public Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation) =>
        client.ReadAllAsync([.. transactionHashes.Select(Calls.Receipt)], (answer, i) => Wire.Read(answer, ReceiptJson.ReadOptional).Of(transactionHashes[i]), cancellation);

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private SendResult ToSendResult(RpcAnswer answer, Hash32 hash) =>
        answer.Error is { } failure ? failure.ToSendResult()
        : Wire.Read(answer, Wire.Hash) == hash ? SendResult.Accepted
        : new(SendError.Ambiguous, $"{Name} answered with the hash of another transaction.");

    private Task<T> ReadAsync<T>(RpcCall call, ResultReader<T> read, CancellationToken cancellation) => client.ReadAsync(call, answer => Wire.Read(answer, read), cancellation);
}
