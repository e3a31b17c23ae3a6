using System.Text.Json;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native;

/// <summary>A development node by raw requests. Disposes of the client that it is given.</summary>
public sealed class NativeDevNode(JsonRpcClient rpc, TimeProvider time) : IDevNode
{
    private static readonly TimeSpan ReceiptTimeout = TimeSpan.FromSeconds(30);

    /// <summary>For methods that the port has no words for.</summary>
    public JsonRpcClient Rpc => rpc;

    public async Task<IReadOnlyList<Address>> AccountsAsync(CancellationToken cancellation) =>
        [.. (await RequestAsync("eth_accounts", [], cancellation).ConfigureAwait(false)).EnumerateArray().Select(item => Address.Parse(item.GetString()!))];

    public async Task<Address> DeployAsync(Address from, ReadOnlyMemory<byte> initCode, CancellationToken cancellation)
    {
        var receipt = await WaitAsync(await SendAsync(from, (Address?)null, initCode, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        return Address.Parse(receipt.GetProperty("contractAddress").GetString()!);
    }

    public async Task TransactAsync(Address from, Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        await WaitAsync(await SendAsync(from, to, data, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);

    public Task<Hash32> SendAsync(Address from, Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation) => SendAsync(from, (Address?)to, data, cancellation);

    public async Task<ReadOnlyMemory<byte>> ViewAsync(Address to, ReadOnlyMemory<byte> data, ulong? block, CancellationToken cancellation)
    {
        var call = new Dictionary<string, object> { ["to"] = to.ToString(), ["data"] = Hex.Encode(data.Span) };
        var at = block is { } number ? ((UInt256)number).ToString("x", null) : "latest";
        return Hex.Decode((await RequestAsync("eth_call", [call, at], cancellation).ConfigureAwait(false)).GetString()!);
    }

    public async Task<ulong> BlockNumberAsync(CancellationToken cancellation) =>
        (ulong)UInt256.Parse((await RequestAsync("eth_blockNumber", [], cancellation).ConfigureAwait(false)).GetString()!);

    public Task SetBalanceAsync(Address account, Wei balance, CancellationToken cancellation) => RequestAsync("anvil_setBalance", [account, balance], cancellation);

    public async Task MineEveryAsync(int seconds, CancellationToken cancellation)
    {
        await RequestAsync("evm_setAutomine", [false], cancellation).ConfigureAwait(false);
        await RequestAsync("evm_setIntervalMining", [seconds], cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => rpc.DisposeAsync();

    private async Task<Hash32> SendAsync(Address from, Address? to, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        // The gas is stated, so that no estimate is made: an estimate costs as much as the call.
        var transaction = new Dictionary<string, object> { ["from"] = from.ToString(), ["data"] = Hex.Encode(data.Span), ["gas"] = "0xf00000" };
        if (to is { } target) transaction["to"] = target.ToString();
        return Hash32.Parse((await RequestAsync("eth_sendTransaction", [transaction], cancellation).ConfigureAwait(false)).GetString()!);
    }

    private async Task<JsonElement> WaitAsync(Hash32 hash, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < ReceiptTimeout)
        {
            var receipt = await RequestAsync("eth_getTransactionReceipt", [hash], cancellation).ConfigureAwait(false);
            if (receipt.ValueKind == JsonValueKind.Object)
            {
                return receipt.GetProperty("status").GetString() == "0x1"
                    ? receipt : throw new InvalidOperationException($"The set-up transaction {hash} reverted.");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellation).ConfigureAwait(false);
        }
        throw new TimeoutException($"The set-up transaction {hash} was not mined within {ReceiptTimeout.TotalSeconds} s.");
    }

    private async Task<JsonElement> RequestAsync(string method, object?[] args, CancellationToken cancellation)
    {
        try
        {
            return await rpc.RequestAsync(method, args, cancellation).ConfigureAwait(false);
        }
        catch (JsonRpcException error)
        {
            throw new ChainException($"The node refuses: {error.Message}", ChainFault.Rejected, error);
        }
    }
}
