using System.Text.Json;
using Keeper.Chain.Native;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;

namespace Keeper.Host.Demo;

/// <summary>
/// Asks the contract, never the keeper: its view at the end of each block, its events, the executor's receipts. By the built-in
/// library, whichever the keeper uses: a client is not its own witness.
/// </summary>
internal sealed class Judge(NativeDevNode chain, Deployment deployment)
{
    /// <summary>Accounts that one view call judges, so that it stays below the node's gas limit of a call.</summary>
    private const ulong AccountsPerCall = 200;

    /// <summary>How far back a liquidation explains that a later item finds nothing to do.</summary>
    private const ulong DuplicateWindow = 5;

    private readonly record struct Liquidation(ulong Block, string Transaction, ulong Account);

    /// <param name="last">Included; blocks are final when this is called.</param>
    public async Task<JudgeReport> ReportAsync(ulong first, ulong last, ulong accounts, CancellationToken cancellation)
    {
        var liquidations = await LiquidationsAsync(first, last, cancellation);
        var byBlock = liquidations.ToLookup(entry => entry.Block, entry => entry.Account);
        var episodes = new Episodes();
        var liquidatable = new Dictionary<ulong, IReadOnlySet<ulong>>();
        for (var block = first; block <= last; block++)
        {
            liquidatable[block] = await LiquidatableAsync(block, accounts, cancellation);
            episodes.Add(block, byBlock[block].ToHashSet(), liquidatable[block]);
        }
        var (transactions, gasUsed, duplicates) = await TransactionsAsync(first, last, liquidations, liquidatable, cancellation);
        return new(
            episodes.Unhealthy, episodes.Liquidated, episodes.Recovered, episodes.Missed, episodes.Late, duplicates, episodes.MaxBlocksLate,
            transactions, gasUsed, await TreasuryAsync(last, cancellation) - await TreasuryAsync(first, cancellation));
    }

    /// <summary>The accounts liquidated from block to block, in order, by the exchange's events.</summary>
    public async Task<IReadOnlyList<(ulong Block, ulong Account)>> LiquidatedAsync(ulong first, ulong last, CancellationToken cancellation) =>
        [.. (await LiquidationsAsync(first, last, cancellation)).Select(entry => (entry.Block, entry.Account))];

    /// <summary>The accounts that the contract's view calls liquidatable at the end of a block.</summary>
    public async Task<IReadOnlySet<ulong>> LiquidatableAsync(ulong block, ulong accounts, CancellationToken cancellation)
    {
        var found = new HashSet<ulong>();
        for (ulong from = 1; from <= accounts; from += AccountsPerCall)
        {
            var to = Math.Min(accounts, from + AccountsPerCall - 1);
            var answer = await chain.ViewAsync(
                deployment.Lens, new AbiWriter().Word(deployment.Perps).Word(from).Word(to).ToCall(Signatures.LensLiquidatable), block, cancellation);
            foreach (var id in Bits(answer, from, to)) found.Add(id);
        }
        return found;
    }

    private static List<ulong> Bits(ReadOnlyMemory<byte> answer, ulong from, ulong to)
    {
        var reader = new AbiReader(answer.Span);
        var liquidatable = reader.ReadOffset().ReadBytes();
        var failed = reader.ReadOffset().ReadBytes();
        if (failed.IndexOfAnyExcept((byte)0) >= 0) throw new InvalidOperationException("The exchange refused to judge an account: a feed is stale.");
        var ids = new List<ulong>();
        for (var id = from; id <= to; id++)
        {
            if ((liquidatable[(int)(id - from) / 8] >> (int)((id - from) % 8) & 1) != 0) ids.Add(id);
        }
        return ids;
    }

    private async Task<List<Liquidation>> LiquidationsAsync(ulong first, ulong last, CancellationToken cancellation)
    {
        var logs = await LogsAsync(deployment.Perps, Signatures.PositionLiquidated, first, last, cancellation);
        return [.. logs.EnumerateArray().Select(log => new Liquidation(
            Number(log, "blockNumber"), log.GetProperty("transactionHash").GetString()!, (ulong)UInt256.Parse(log.GetProperty("topics")[1].GetString()!)))];
    }

    /// <summary>Every transaction to the executor, its gas, and the failures that only a liquidation of our own explains.</summary>
    private async Task<(int Count, ulong GasUsed, int Duplicates)> TransactionsAsync(
        ulong first, ulong last, List<Liquidation> liquidations, Dictionary<ulong, IReadOnlySet<ulong>> liquidatable, CancellationToken cancellation)
    {
        var (count, gasUsed, duplicates) = (0, 0UL, 0);
        for (var block = first; block <= last; block++)
        {
            var body = await chain.Rpc.RequestAsync("eth_getBlockByNumber", [Hexadecimal(block), true], cancellation);
            foreach (var transaction in body.GetProperty("transactions").EnumerateArray().Where(IsToExecutor))
            {
                var receipt = await chain.Rpc.RequestAsync("eth_getTransactionReceipt", [transaction.GetProperty("hash").GetString()!], cancellation);
                count++;
                gasUsed += Number(receipt, "gasUsed");
                var hash = transaction.GetProperty("hash").GetString()!;
                duplicates += FailedAccounts(transaction, receipt).Count(account => liquidations.Any(entry =>
                    entry.Account == account && entry.Transaction != hash && IsExplainedBy(entry, account, block)));
            }
        }
        return (count, gasUsed, duplicates);

        // In the same block the other transaction took it; later, only where the block before had nothing left to do: else a price has moved.
        bool IsExplainedBy(Liquidation entry, ulong account, ulong block) =>
            entry.Block == block
            || (entry.Block < block && entry.Block + DuplicateWindow >= block && liquidatable.TryGetValue(block - 1, out var before) && !before.Contains(account));

        bool IsToExecutor(JsonElement transaction) =>
            Address.TryParse(transaction.GetProperty("to").GetString(), out var to) && to == deployment.Executor
            && Address.Parse(transaction.GetProperty("from").GetString()!) != deployment.Owner;
    }

    /// <summary>The accounts of failed items: all of a transaction that reverted, else those whose ItemExecuted says so.</summary>
    private static List<ulong> FailedAccounts(JsonElement transaction, JsonElement receipt)
    {
        var accounts = AccountsOf(Hex.Decode(transaction.GetProperty("input").GetString()!));
        if (receipt.GetProperty("status").GetString() != "0x1") return [.. accounts.Distinct()];
        var failed = new List<ulong>();
        foreach (var log in receipt.GetProperty("logs").EnumerateArray())
        {
            if (Hash32.Parse(log.GetProperty("topics")[0].GetString()!) != ExecutorCall.ItemExecutedTopic) continue;
            if (!new AbiReader(Hex.Decode(log.GetProperty("data").GetString()!)).ReadBool()) failed.Add(accounts[(int)(ulong)UInt256.Parse(log.GetProperty("topics")[1].GetString()!)]);
        }
        return failed;
    }

    /// <summary>The account of each item of an <c>execute</c>: the first argument of every call that the adapter makes.</summary>
    private static List<ulong> AccountsOf(byte[] input)
    {
        var items = new AbiReader(input.AsSpan(4)).ReadOffset();
        var count = items.ReadLength(32);
        var elements = items.Rest();
        var accounts = new List<ulong>();
        for (var i = 0; i < count; i++)
        {
            var element = elements.ReadOffset();
            element.ReadAddress();
            element.ReadUInt64();
            accounts.Add((ulong)UInt256.ReadBigEndian(element.ReadOffset().ReadBytes()[4..36]));
        }
        return accounts;
    }

    private async Task<UInt256> TreasuryAsync(ulong block, CancellationToken cancellation) =>
        new AbiReader((await chain.ViewAsync(deployment.Token, new AbiWriter().Word(deployment.Treasury).ToCall(Signatures.BalanceOf), block, cancellation)).Span).ReadUInt256();

    private Task<JsonElement> LogsAsync(Address address, Hash32 topic, ulong first, ulong last, CancellationToken cancellation) =>
        chain.Rpc.RequestAsync("eth_getLogs", [new { address = address.ToString(), topics = new[] { topic.ToString() }, fromBlock = Hexadecimal(first), toBlock = Hexadecimal(last) }], cancellation);

    private static ulong Number(JsonElement element, string name) => (ulong)UInt256.Parse(element.GetProperty(name).GetString()!);
    private static string Hexadecimal(ulong value) => ((UInt256)value).ToString("x", null);
}
