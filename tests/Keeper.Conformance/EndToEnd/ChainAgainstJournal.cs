using Keeper.Core.Journal;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.EndToEnd;

/// <summary>The chain's transactions of the key against what the journal says of them: none lost, none doubled, none dearer than was allowed.</summary>
internal static class ChainAgainstJournal
{
    private const ulong TransferGas = 21_000;

    /// <param name="first">The first block that the exchange's judge looks at.</param>
    /// <param name="isAlone">Nobody else liquidates: an account that was dealt with already was dealt with by us.</param>
    /// <returns>The transactions of the key, in order.</returns>
    public static async Task<IReadOnlyList<(ulong Nonce, Hash32 Hash)>> CompareAsync(ExchangeChain exchange, IReadOnlyList<JournalEntry> entries, ulong first, bool isAlone = true)
    {
        var last = await exchange.BlockNumberAsync();
        var onChain = await exchange.OperatorTransactionsAsync(last);
        Assert.Equal(Enumerable.Range(0, onChain.Count).Select(nonce => (ulong)nonce), onChain.Select(transaction => transaction.Nonce));

        var signed = entries.OfType<JournalEntry.Signed>().ToLookup(entry => entry.Hash);
        var intended = entries.OfType<JournalEntry.Intended>().ToLookup(entry => entry.Nonce);
        // After a reorg a nonce may have been settled before: the last word counts.
        var settled = entries.OfType<JournalEntry.Settled>().GroupBy(entry => signed[entry.Hash].First().Nonce).ToDictionary(group => group.Key, group => group.Last().Hash);
        Assert.Equal(onChain.Count, settled.Count);
        foreach (var (nonce, hash) in onChain)
        {
            // It was journalled before it left, under its nonce, and is what the journal says became of that nonce.
            Assert.Contains(signed[hash], entry => entry.Nonce == nonce);
            Assert.Equal(hash, settled[nonce]);

            var (cost, attempt, intent) = (await CostAsync(exchange, hash), signed[hash].First(), intended[nonce].Last());
            Assert.True(cost <= attempt.Fees.MaxFeePerGas * (attempt.IsCancel ? new Gas(TransferGas) : intent.GasLimit), $"{hash} cost {cost}.");
            Assert.True(attempt.IsCancel || attempt.Fees.MaxFeePerGas <= intent.MaxPricePerGas, $"{hash} offers more than its profit allows.");
        }
        if (isAlone) Assert.Equal(0, (await exchange.Judge.ReportAsync(first, last, default)).Duplicates);
        return onChain;
    }

    private static async Task<Wei> CostAsync(ExchangeChain exchange, Hash32 hash)
    {
        var receipt = await exchange.Rpc.RequestAsync("eth_getTransactionReceipt", hash);
        return new Wei(UInt256.Parse(receipt.GetProperty("effectiveGasPrice").GetString()!)) * new Gas((ulong)UInt256.Parse(receipt.GetProperty("gasUsed").GetString()!));
    }
}
