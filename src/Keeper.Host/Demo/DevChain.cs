using System.Text.Json;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Primitives;

namespace Keeper.Host.Demo;

/// <summary>A development node whose accounts are unlocked: deploys, sends, mines.</summary>
internal sealed class DevChain(JsonRpcClient rpc, TimeProvider time)
{
    private static readonly TimeSpan ReceiptTimeout = TimeSpan.FromSeconds(30);

    public JsonRpcClient Rpc => rpc;

    /// <summary>The node's own accounts.</summary>
    public async Task<IReadOnlyList<Address>> AccountsAsync(CancellationToken cancellation) =>
        [.. (await rpc.RequestAsync("eth_accounts", [], cancellation)).EnumerateArray().Select(item => Address.Parse(item.GetString()!))];

    /// <summary>Deploys and waits for the receipt.</summary>
    /// <exception cref="InvalidOperationException">It reverted.</exception>
    public async Task<Address> DeployAsync(Address from, byte[] initCode, CancellationToken cancellation)
    {
        var receipt = await WaitAsync(await SendAsync(from, null, initCode, cancellation), cancellation);
        return Address.Parse(receipt.GetProperty("contractAddress").GetString()!);
    }

    /// <summary>Calls and waits for the receipt.</summary>
    /// <exception cref="InvalidOperationException">It reverted.</exception>
    public async Task CallAsync(Address from, Address to, byte[] data, CancellationToken cancellation) =>
        await WaitAsync(await SendAsync(from, to, data, cancellation), cancellation);

    /// <summary>Hands a transaction to the node, which signs it.</summary>
    public async Task<string> SendAsync(Address from, Address? to, byte[] data, CancellationToken cancellation)
    {
        // The gas is stated, so that no estimate is made: an estimate costs as much as the call.
        var transaction = new Dictionary<string, object> { ["from"] = from.ToString(), ["data"] = Hex.Encode(data), ["gas"] = "0xf00000" };
        if (to is { } target) transaction["to"] = target.ToString();
        return (await rpc.RequestAsync("eth_sendTransaction", [transaction], cancellation)).GetString()!;
    }

    /// <summary>The result of a view at a block.</summary>
    public async Task<byte[]> ViewAsync(Address to, byte[] data, ulong? block, CancellationToken cancellation)
    {
        var call = new Dictionary<string, object> { ["to"] = to.ToString(), ["data"] = Hex.Encode(data) };
        var at = block is { } number ? ((UInt256)number).ToString("x", null) : "latest";
        return Hex.Decode((await rpc.RequestAsync("eth_call", [call, at], cancellation)).GetString()!);
    }

    public async Task<ulong> BlockNumberAsync(CancellationToken cancellation) =>
        (ulong)UInt256.Parse((await rpc.RequestAsync("eth_blockNumber", [], cancellation)).GetString()!);

    /// <summary>From mining at each transaction to mining at this interval.</summary>
    public async Task MineEveryAsync(int seconds, CancellationToken cancellation)
    {
        await rpc.RequestAsync("evm_setAutomine", [false], cancellation);
        await rpc.RequestAsync("evm_setIntervalMining", [seconds], cancellation);
    }

    private async Task<JsonElement> WaitAsync(string hash, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < ReceiptTimeout)
        {
            var receipt = await rpc.RequestAsync("eth_getTransactionReceipt", [hash], cancellation);
            if (receipt.ValueKind == JsonValueKind.Object)
            {
                return receipt.GetProperty("status").GetString() == "0x1"
                    ? receipt : throw new InvalidOperationException($"The set-up transaction {hash} reverted.");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellation);
        }
        throw new TimeoutException($"The set-up transaction {hash} was not mined within {ReceiptTimeout.TotalSeconds} s.");
    }
}
