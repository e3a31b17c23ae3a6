using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;

namespace Keeper.Conformance.EndToEnd;

/// <summary>A keeper on a real chain on which blocks come only when the test says so, at the base fee that it says.</summary>
internal sealed class GasScene : IAsyncDisposable
{
    private readonly InProcessKeeper _keeper;

    private GasScene(ExchangeChain exchange, InProcessKeeper keeper, BlindableChain chain) => (Exchange, _keeper, Chain) = (exchange, keeper, chain);

    public ExchangeChain Exchange { get; }
    public BlindableChain Chain { get; }
    public Address Key => _keeper.Operator;

    /// <summary>Everything is healthy, the keeper is ready, and blocks no longer come by themselves.</summary>
    public static async Task<GasScene> StartAsync(SubmissionOptions options) => await StartAsync(options, await ExchangeChain.StartAsync(accounts: 40, seed: 5), setup => setup);

    /// <param name="exchange">Goes with the scene.</param>
    public static async Task<GasScene> StartAsync(SubmissionOptions options, ExchangeChain exchange, Func<KeeperSetup, KeeperSetup> alter)
    {
        BlindableChain? chain = null;
        var setup = alter(exchange.Setup) with
        {
            Submission = options, AroundChain = client => chain = new(client, exchange.Workspace.Operator),
        };
        var keeper = await InProcessKeeper.StartAsync(setup, exchange.Place);
        await keeper.UntilReadyAsync();
        var scene = new GasScene(exchange, keeper, chain!);
        await exchange.CalmAsync(await exchange.BlockNumberAsync());
        await scene.UntilAsync(async () => (await scene.OpenAsync()).Count == 0);
        await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
        return scene;
    }

    /// <summary>A price in a block of its own; returns when the keeper's answer to it waits in the pool.</summary>
    /// <returns>The open plans, by nonce.</returns>
    public async Task<IReadOnlyList<OpenPlan>> PriceAsync(int percent)
    {
        await Exchange.TransmitAsync(percent);
        await MineAsync();
        await UntilAsync(async () => (await OpenAsync()) is { Count: > 0 } open && (await PoolAsync()).Count >= open.Count);
        return await OpenAsync();
    }

    /// <param name="baseFee">Null leaves it to the chain.</param>
    public async Task MineAsync(Wei? baseFee = null)
    {
        if (baseFee is { } fee) await Exchange.Rpc.RequestAsync("anvil_setNextBlockBaseFeePerGas", fee.Value.ToString("x", null));
        await Exchange.Rpc.RequestAsync("evm_mine");
    }

    /// <summary>Takes the key's transactions out of the pool.</summary>
    public async Task DropAsync()
    {
        foreach (var hash in await PoolAsync()) await Exchange.Rpc.RequestAsync("anvil_dropTransaction", hash.ToString());
    }

    /// <summary>The key's transactions in the pool.</summary>
    public async Task<IReadOnlyList<Hash32>> PoolAsync()
    {
        var content = await Exchange.Rpc.RequestAsync("txpool_content");
        return
        [
            .. content.EnumerateObject().SelectMany(part => part.Value.EnumerateObject())
                .Where(sender => Address.Parse(sender.Name) == Key)
                .SelectMany(sender => sender.Value.EnumerateObject())
                .Select(transaction => Hash32.Parse(transaction.Value.GetProperty("hash").GetString()!)),
        ];
    }

    public Task<JsonElement> ReceiptAsync(Hash32 hash) => Exchange.Rpc.RequestAsync("eth_getTransactionReceipt", hash.ToString());

    public Task<IReadOnlyList<JournalEntry>> EntriesAsync() => _keeper.EntriesAsync();

    public async Task<IReadOnlyList<OpenPlan>> OpenAsync() => (await Recovery.FoldAsync(_keeper.Journal.ReadAsync(0, default), Key, default)).Open;

    /// <summary>Every attempt for this nonce, in order.</summary>
    public async Task<IReadOnlyList<JournalEntry.Signed>> AttemptsAsync(ulong nonce) =>
        [.. (await EntriesAsync()).OfType<JournalEntry.Signed>().Where(signed => signed.Nonce == nonce).DistinctBy(signed => signed.Hash)];

    public Task UntilAsync(Func<Task<bool>> condition) => _keeper.UntilAsync(condition);

    public async ValueTask DisposeAsync()
    {
        await _keeper.DisposeAsync();
        await Exchange.DisposeAsync();
    }
}
