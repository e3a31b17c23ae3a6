using Keeper.Chain.Nethereum.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.TransactionReceipts;
using Nethereum.Web3;

namespace Keeper.Chain.Nethereum.Node;

/// <summary>
/// A development node by <see cref="Web3"/>: its transaction manager for unlocked accounts, its deployment handler and its polling for
/// receipts, over our transport. Its requests know no cancellation: a caller that gives up leaves one to its timeout.
/// </summary>
internal sealed class NethereumDevNode : IDevNode
{
    private static readonly TimeSpan ReceiptTimeout = TimeSpan.FromSeconds(30);
    private const int PollMs = 20;

    /// <summary>Stated, so that no estimate is made: an estimate costs as much as the call.</summary>
    private static readonly HexBigInteger GasLimit = new(0xf00000);

    private readonly EndpointClient<RpcRequest, Answer> _endpoint;
    private readonly Web3 _web3;
    private readonly TimeProvider _time;

    public NethereumDevNode(RpcEndpoint endpoint, TimeProvider time)
    {
        _time = time;
        _endpoint = new(endpoint.Validate(), new HttpTransport(endpoint), JsonCodec.Instance, time);
        _web3 = new Web3(new BoundedClient(_endpoint));
        _web3.TransactionReceiptPolling = new TransactionReceiptPollingService(_web3.TransactionManager, PollMs);
    }

    public Task<IReadOnlyList<Address>> AccountsAsync(CancellationToken cancellation) =>
        AskAsync<IReadOnlyList<Address>>(async () => [.. (await _web3.Eth.Accounts.SendRequestAsync().ConfigureAwait(false)).Select(Strict.Address)], cancellation);

    public async Task<Address> DeployAsync(Address from, ReadOnlyMemory<byte> initCode, CancellationToken cancellation)
    {
        var message = new InitCodeDeployment { ByteCode = Hex.Encode(initCode.Span), FromAddress = from.ToString(), Gas = GasLimit.Value };
        var receipt = await MinedAsync(token => _web3.Eth.GetContractDeploymentHandler<InitCodeDeployment>().SendRequestAndWaitForReceiptAsync(message, token), cancellation).ConfigureAwait(false);
        return receipt.ContractAddress ?? throw new InvalidOperationException($"The set-up transaction {receipt.TransactionHash} created nothing.");
    }

    public Task TransactAsync(Address from, Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        MinedAsync(token => _web3.TransactionReceiptPolling.SendRequestAndWaitForReceiptAsync(Input(from, to, data), token), cancellation);

    public Task<Hash32> SendAsync(Address from, Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        AskAsync(async () => Strict.Hash(await _web3.TransactionManager.SendTransactionAsync(Input(from, to, data)).ConfigureAwait(false)), cancellation);

    public Task<ReadOnlyMemory<byte>> ViewAsync(Address to, ReadOnlyMemory<byte> data, ulong? block, CancellationToken cancellation) => AskAsync<ReadOnlyMemory<byte>>(
        async () => Strict.Data(await _web3.Eth.Transactions.Call.SendRequestAsync(
            new CallInput(Hex.Encode(data.Span), to.ToString()), block is { } number ? new BlockParameter(number) : BlockParameter.CreateLatest()).ConfigureAwait(false)),
        cancellation);

    public Task<ulong> BlockNumberAsync(CancellationToken cancellation) =>
        AskAsync(async () => Strict.Quantity(await _web3.Eth.Blocks.GetBlockNumber.SendRequestAsync().ConfigureAwait(false)), cancellation);

    public Task SetBalanceAsync(Address account, Wei balance, CancellationToken cancellation) =>
        CommandAsync("anvil_setBalance", cancellation, account.ToString(), balance.Value.ToString("x", null));

    public async Task MineEveryAsync(int seconds, CancellationToken cancellation)
    {
        await CommandAsync("evm_setAutomine", cancellation, false).ConfigureAwait(false);
        await CommandAsync("evm_setIntervalMining", cancellation, seconds).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();

    private static TransactionInput Input(Address from, Address to, ReadOnlyMemory<byte> data) => new(Hex.Encode(data.Span), to.ToString(), from.ToString(), GasLimit, new HexBigInteger(0));

    private Task CommandAsync(string method, CancellationToken cancellation, params object[] args) => AskAsync(
        async () =>
        {
            await _web3.Client.SendRequestAsync(method, null, args).ConfigureAwait(false);
            return true;
        }, cancellation);

    private async Task<Receipt> MinedAsync(Func<CancellationToken, Task<TransactionReceipt>> send, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(ReceiptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            var receipt = (await AskAsync(() => send(either.Token), cancellation).ConfigureAwait(false)).ToReceipt();
            return receipt is { Succeeded: true } ? receipt : throw new InvalidOperationException($"The set-up transaction {receipt?.TransactionHash} reverted.");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"A set-up transaction was not mined within {ReceiptTimeout.TotalSeconds} s.");
        }
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask().WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (RpcResponseException error)
        {
            throw new ChainException($"The node refuses: {ForeignText.Clean(error.RpcError.Message)} ({error.RpcError.Code})", ChainFault.Rejected);
        }
        catch (MalformedAnswerException error)
        {
            throw new ChainException($"The node's answer is malformed: {error.Message}", ChainFault.Malformed);
        }
    }
}
