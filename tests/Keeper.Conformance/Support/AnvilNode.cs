using System.Text.Json;
using Keeper.Chain.Native;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Demo;

namespace Keeper.Conformance.Support;

/// <summary>A real chain for one test, with words for what the tests do to it.</summary>
public sealed class AnvilNode : IAsyncDisposable
{
    /// <summary>The first key of the well-known mnemonic.</summary>
    private const string FirstKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    private readonly AnvilProcess _process;

    private AnvilNode(AnvilProcess process)
    {
        _process = process;
        Rpc = new JsonRpcClient(new RpcEndpoint { Name = "anvil", HttpUrl = process.HttpUrl, RequestTimeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
    }

    public Uri HttpUrl => _process.HttpUrl;
    public Uri WsUrl => _process.WsUrl;
    public int ProcessId => _process.ProcessId;
    public JsonRpcClient Rpc { get; }
    public LocalSigner Signer { get; } = LocalSigner.FromHex(FirstKey);

    public static async Task<AnvilNode> StartAsync(params string[] extraArgs)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(6));
        var binary = await NodeTools.FindAsync("anvil", timeout.Token);
        return new AnvilNode(await AnvilProcess.StartAsync(new AnvilOptions { BinaryPath = binary, ExtraArgs = extraArgs }, timeout.Token));
    }

    public static ChainProfile Profile { get; } = new()
    {
        ChainId = 31337,
        Name = "Anvil",
        BlockTime = TimeSpan.FromSeconds(1),
        Completeness = LogCompleteness.ReceiptsRoot,
        FinalityDepth = 8,
        NativePriceWorstCase = Usd.Whole(10_000),
    };

    public Task MineAsync(int blocks = 1) => Rpc.RequestAsync("anvil_mine", $"0x{blocks:x}");

    /// <summary>Replaces the newest blocks by as many empty ones.</summary>
    public Task ReorgAsync(int depth) => Rpc.RequestAsync("anvil_reorg", depth, Array.Empty<object>());

    public Task RollbackAsync(int depth) => Rpc.RequestAsync("anvil_rollback", depth);

    /// <summary>A transaction of the first account, with the nonce that the newest block gives.</summary>
    public async Task<SignedTransaction> SignAsync(Address? to, byte[] data, ulong? nonce = null, ulong gas = 1_000_000, Fees? fees = null, Wei value = default)
    {
        var next = nonce ?? Convert.ToUInt64((await Rpc.RequestAsync("eth_getTransactionCount", Signer.Address, "latest")).GetString(), 16);
        var fields = new TransactionFields(31337, next, to, value, data, new Gas(gas), fees ?? new Fees(Wei.FromGwei(100), Wei.FromGwei(1)));
        return await Signer.SignAsync(fields, CancellationToken.None);
    }

    /// <summary>Sends past the client under test; with automatic mining it is in a block when this returns.</summary>
    public async Task<Hash32> SendAsync(Address? to, byte[] data)
    {
        var signed = await SignAsync(to, data);
        await Rpc.RequestAsync("eth_sendRawTransaction", signed.Raw);
        await ReceiptAsync(signed.Hash);
        return signed.Hash;
    }

    /// <summary>A transaction that the node signs, of whatever type its fields make it. It is not waited for.</summary>
    /// <param name="fields">Beside sender, recipient, gas and data.</param>
    public async Task SendAsync(object fields, Address? to, byte[] data)
    {
        var transaction = JsonSerializer.SerializeToNode(fields)!.AsObject();
        (transaction["from"], transaction["gas"], transaction["data"]) = (Signer.Address.ToString(), "0x30d40", Hex.Encode(data));
        if (to is { } target) transaction["to"] = target.ToString();
        await Rpc.RequestAsync("eth_sendTransaction", transaction);
    }

    public async Task<Address> DeployAsync(byte[] initCode)
    {
        var receipt = await ReceiptAsync(await SendAsync(null, initCode));
        return Address.Parse(receipt.GetProperty("contractAddress").GetString()!);
    }

    /// <summary>Anvil answers to a transaction before it has mined it.</summary>
    public async Task<JsonElement> ReceiptAsync(Hash32 transaction)
    {
        for (var i = 0; i < 1000; i++)
        {
            var receipt = await Rpc.RequestAsync("eth_getTransactionReceipt", transaction);
            if (receipt.ValueKind == JsonValueKind.Object) return receipt;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
        throw new TimeoutException("The transaction was not mined within 5 s.");
    }

    public async ValueTask DisposeAsync()
    {
        Signer.Dispose();
        await Rpc.DisposeAsync();
        await _process.DisposeAsync();
    }
}
