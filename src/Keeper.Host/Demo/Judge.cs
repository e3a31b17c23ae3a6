using System.Text.Json;
using Keeper.Chain.Native;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;

namespace Keeper.Host.Demo;

/// <summary>
/// Asks the protocol's contracts, never the keeper: their view at the end of each block, their events, the executor's receipts. By the built-in
/// library, whichever the keeper uses: a client is not its own witness.
/// </summary>
internal sealed class Judge(NativeDevNode chain, DemoGround ground, IDemoProtocol protocol)
{
    /// <summary>How far back a liquidation explains that a later item finds nothing to do.</summary>
    private const ulong DuplicateWindow = 5;

    private readonly record struct Liquidation(ulong Block, string Transaction, ulong Account);

    /// <param name="last">Included; blocks are final when this is called.</param>
    public async Task<JudgeReport> ReportAsync(ulong first, ulong last, CancellationToken cancellation)
    {
        var liquidations = await LiquidationsAsync(first, last, cancellation);
        var byBlock = liquidations.ToLookup(entry => entry.Block, entry => entry.Account);
        var episodes = new Episodes();
        var liquidatable = new Dictionary<ulong, IReadOnlySet<ulong>>();
        for (var block = first; block <= last; block++)
        {
            liquidatable[block] = await LiquidatableAsync(block, cancellation);
            episodes.Add(block, byBlock[block].ToHashSet(), liquidatable[block]);
        }
        var (transactions, gasUsed, duplicates) = await TransactionsAsync(first, last, liquidations, liquidatable, cancellation);
        return new(
            episodes.Unhealthy, episodes.Liquidated, episodes.Recovered, episodes.Missed, episodes.Late, duplicates, episodes.MaxBlocksLate,
            transactions, gasUsed, await TreasuryAsync(last, cancellation) - await TreasuryAsync(first, cancellation));
    }

    /// <summary>The accounts liquidated from block to block, in order, by the protocol's events.</summary>
    public async Task<IReadOnlyList<(ulong Block, ulong Account)>> LiquidatedAsync(ulong first, ulong last, CancellationToken cancellation) =>
        [.. (await LiquidationsAsync(first, last, cancellation)).Select(entry => (entry.Block, entry.Account))];

    /// <inheritdoc cref="IDemoProtocol.LiquidatableAsync"/>
    public Task<IReadOnlySet<ulong>> LiquidatableAsync(ulong block, CancellationToken cancellation) => protocol.LiquidatableAsync(chain, block, cancellation);

    private async Task<List<Liquidation>> LiquidationsAsync(ulong first, ulong last, CancellationToken cancellation)
    {
        var (emitter, topic) = protocol.Liquidations;
        var logs = await LogsAsync(emitter, topic, first, last, cancellation);
        return [.. logs.EnumerateArray().Select(log => new Liquidation(Number(log, "blockNumber"), log.GetProperty("transactionHash").GetString()!, protocol.AccountOf(TopicsOf(log))))];
    }

    private static IReadOnlyList<Hash32> TopicsOf(JsonElement log) => [.. log.GetProperty("topics").EnumerateArray().Select(topic => Hash32.Parse(topic.GetString()!))];

    /// <summary>Every transaction to the executor that deals with the protocol, its gas, and the failures that only a liquidation of our own explains.</summary>
    private async Task<(int Count, ulong GasUsed, int Duplicates)> TransactionsAsync(
        ulong first, ulong last, List<Liquidation> liquidations, Dictionary<ulong, IReadOnlySet<ulong>> liquidatable, CancellationToken cancellation)
    {
        var (count, gasUsed, duplicates) = (0, 0UL, 0);
        for (var block = first; block <= last; block++)
        {
            var body = await chain.Rpc.RequestAsync("eth_getBlockByNumber", [Hexadecimal(block), true], cancellation);
            foreach (var transaction in body.GetProperty("transactions").EnumerateArray().Where(IsToExecutor))
            {
                var accounts = AccountsOf(Hex.Decode(transaction.GetProperty("input").GetString()!));
                if (accounts.All(account => account is null)) continue;
                var receipt = await chain.Rpc.RequestAsync("eth_getTransactionReceipt", [transaction.GetProperty("hash").GetString()!], cancellation);
                count++;
                gasUsed += Number(receipt, "gasUsed");
                var hash = transaction.GetProperty("hash").GetString()!;
                duplicates += FailedAccounts(accounts, receipt).Count(account => liquidations.Any(entry =>
                    entry.Account == account && entry.Transaction != hash && IsExplainedBy(entry, account, block)));
            }
        }
        return (count, gasUsed, duplicates);

        // In the same block the other transaction took it; later, only where the block before had nothing left to do: else a price has moved.
        bool IsExplainedBy(Liquidation entry, ulong account, ulong block) =>
            entry.Block == block
            || (entry.Block < block && entry.Block + DuplicateWindow >= block && liquidatable.TryGetValue(block - 1, out var before) && !before.Contains(account));

        bool IsToExecutor(JsonElement transaction) =>
            Address.TryParse(transaction.GetProperty("to").GetString(), out var to) && to == ground.Executor
            && Address.Parse(transaction.GetProperty("from").GetString()!) != ground.Owner;
    }

    /// <summary>The accounts of failed items: all of a transaction that reverted, else those whose ItemExecuted says so.</summary>
    private static List<ulong> FailedAccounts(IReadOnlyList<ulong?> accounts, JsonElement receipt)
    {
        if (receipt.GetProperty("status").GetString() != "0x1") return [.. accounts.OfType<ulong>().Distinct()];
        var failed = new List<ulong>();
        foreach (var log in receipt.GetProperty("logs").EnumerateArray())
        {
            if (Hash32.Parse(log.GetProperty("topics")[0].GetString()!) != ExecutorCall.ItemExecutedTopic) continue;
            var isDone = new AbiReader(Hex.Decode(log.GetProperty("data").GetString()!)).ReadBool();
            if (!isDone && accounts[(int)(ulong)UInt256.Parse(log.GetProperty("topics")[1].GetString()!)] is { } account) failed.Add(account);
        }
        return failed;
    }

    /// <summary>The account of each item of an <c>execute</c>; null for those of other protocols.</summary>
    public IReadOnlyList<ulong?> AccountsOf(byte[] input)
    {
        var items = new AbiReader(input.AsSpan(4)).ReadOffset();
        var count = items.ReadLength(32);
        var elements = items.Rest();
        var accounts = new List<ulong?>();
        for (var i = 0; i < count; i++)
        {
            var element = elements.ReadOffset();
            var target = element.ReadAddress();
            element.ReadUInt64();
            accounts.Add(protocol.AccountOf(target, element.ReadOffset().ReadBytes()));
        }
        return accounts;
    }

    private async Task<UInt256> TreasuryAsync(ulong block, CancellationToken cancellation) =>
        new AbiReader((await chain.ViewAsync(protocol.RewardToken, new AbiWriter().Word(ground.Treasury).ToCall(Signatures.BalanceOf), block, cancellation)).Span).ReadUInt256();

    private Task<JsonElement> LogsAsync(Address address, Hash32 topic, ulong first, ulong last, CancellationToken cancellation) =>
        chain.Rpc.RequestAsync("eth_getLogs", [new { address = address.ToString(), topics = new[] { topic.ToString() }, fromBlock = Hexadecimal(first), toBlock = Hexadecimal(last) }], cancellation);

    private static ulong Number(JsonElement element, string name) => (ulong)UInt256.Parse(element.GetProperty(name).GetString()!);
    private static string Hexadecimal(ulong value) => ((UInt256)value).ToString("x", null);
}
