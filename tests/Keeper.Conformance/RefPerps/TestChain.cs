using System.Globalization;
using System.Text.Json;
using Keeper.Conformance.Support;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.RefPerps;

/// <summary>An Anvil that mines when it is told to, at the time it is told, transactions in the order in which they were sent.</summary>
internal sealed class TestChain : IAsyncDisposable
{
    /// <summary>What one transaction may ask for (EIP-7825).</summary>
    public const ulong MostGas = 16_000_000;

    private const ulong Genesis = 1_800_000_000;
    private readonly AnvilNode _node;

    private TestChain(AnvilNode node) => _node = node;

    public Uri Url => _node.HttpUrl;

    /// <summary>Unlocked and rich.</summary>
    public IReadOnlyList<Address> Accounts { get; private set; } = [];

    /// <summary>Timestamp and number of the newest block.</summary>
    public ulong Time { get; private set; } = Genesis;
    public ulong Number { get; private set; }

    /// <param name="began">The time of the first block, in seconds.</param>
    public static async Task<TestChain> StartAsync(ulong began = Genesis)
    {
        // The large block limit is what eth_call of a whole exchange needs.
        var node = await AnvilNode.StartAsync(
            "--no-mining", "--order", "fifo", "--gas-limit", "20000000000", "--balance", "1000000", "--timestamp", began.ToString(CultureInfo.InvariantCulture));
        var accounts = await node.Rpc.RequestAsync("eth_accounts");
        return new(node) { Time = began, Accounts = accounts.EnumerateArray().Select(account => Address.Parse(account.GetString()!)).ToArray() };
    }

    /// <summary>Sends a transaction for the next block; it may revert there. The node signs.</summary>
    public async Task<Receipt> SendAsync(Address from, Address? to, byte[] data, ulong gas = MostGas)
    {
        var fields = new Dictionary<string, string> { ["from"] = from.ToString(), ["data"] = Hex.Encode(data), ["gas"] = ((UInt256)gas).ToString("x", null) };
        if (to is { } target) fields["to"] = target.ToString();
        return new((await _node.Rpc.RequestAsync("eth_sendTransaction", fields)).GetString()!);
    }

    /// <summary>Lets anybody send, and gives these addresses coins for it.</summary>
    public async Task UnlockAsync(IEnumerable<Address> accounts)
    {
        await _node.Rpc.RequestAsync("anvil_autoImpersonateAccount", true);
        foreach (var account in accounts) await _node.Rpc.RequestAsync("anvil_setBalance", account.ToString(), "0x56bc75e2d63100000");
    }

    /// <summary>Blocks, and calls that name no limit, have so much gas from now on: a view that loops ends soon.</summary>
    public Task LimitGasAsync(ulong gas) => _node.Rpc.RequestAsync("evm_setBlockGasLimit", ((UInt256)gas).ToString("x", null));

    /// <summary>The least gas with which the call succeeds at the newest block: refunds, which come only afterwards, are not counted.</summary>
    public async Task<ulong> EstimateAsync(Address from, Address to, byte[] data)
    {
        var fields = new Dictionary<string, string> { ["from"] = from.ToString(), ["to"] = to.ToString(), ["data"] = Hex.Encode(data) };
        return Convert.ToUInt64((await _node.Rpc.RequestAsync("eth_estimateGas", fields, "latest")).GetString(), 16);
    }

    /// <summary>Mines what was sent in one block, and fills in the receipts.</summary>
    public async Task MineAsync(ulong seconds = 1, params IEnumerable<Receipt> receipts)
    {
        Time += seconds;
        await _node.Rpc.RequestAsync("evm_setNextBlockTimestamp", Time);
        await _node.Rpc.RequestAsync("evm_mine");
        Number++;
        foreach (var receipt in receipts) receipt.Fill(await _node.Rpc.RequestAsync("eth_getTransactionReceipt", receipt.Hash));
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    internal sealed class Receipt(string hash)
    {
        public string Hash => hash;
        public bool Succeeded { get; private set; }
        public ulong GasUsed { get; private set; }
        public Address Contract { get; private set; }

        public void Fill(JsonElement receipt)
        {
            if (receipt.ValueKind != JsonValueKind.Object) throw new InvalidOperationException($"The transaction {hash} is not in the block.");
            Succeeded = receipt.GetProperty("status").GetString() == "0x1";
            GasUsed = Convert.ToUInt64(receipt.GetProperty("gasUsed").GetString(), 16);
            if (receipt.GetProperty("contractAddress").GetString() is { } address) Contract = Address.Parse(address);
        }
    }
}
