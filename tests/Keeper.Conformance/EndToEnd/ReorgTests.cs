using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Protocols.RefPerps;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd;

/// <summary>The chain goes back two blocks, with a price and the liquidations that followed it inside.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class ReorgTests(ITestOutputHelper output)
{
    /// <param name="keepsPrice">The other branch holds the price too; else it is told again later.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_reorg_the_mirror_is_that_of_a_fresh_start_and_every_transaction_ends_once(bool keepsPrice)
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 120, seed: 5);
        var keeper = await InProcessKeeper.StartAsync(exchange.Setup, exchange.Place);
        var running = keeper.Running;
        try
        {
            await keeper.UntilReadyAsync();
            await exchange.CalmAsync(await exchange.BlockNumberAsync());

            // A price, and in the block after it what it made possible.
            var before = await exchange.BlockNumberAsync();
            var (earlier, ownersNonce) = (await exchange.NonceAsync(keeper.Operator), await exchange.NonceAsync(exchange.Deployment.Owner));
            await exchange.TransmitAsync(93);
            await exchange.NextBlockAsync(before);
            await keeper.UntilAsync(async () => await exchange.NonceAsync(keeper.Operator) > earlier);
            await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
            var head = await exchange.BlockNumberAsync();
            var priced = await exchange.BlockOfAsync(exchange.Deployment.Owner, ownersNonce);
            output.WriteLine($"price in {priced}, liquidated by {head}, {await exchange.NonceAsync(keeper.Operator) - earlier} transactions");

            var orphaned = (await exchange.OperatorTransactionsAsync(head)).Where(transaction => transaction.Nonce >= earlier).ToArray();

            // Both blocks are replaced; the node forgets our transaction.
            object[] kept = keepsPrice ? [.. exchange.Prices(93, ownersNonce).Select(price => new object[] { price, 0 })] : [];
            await exchange.Rpc.RequestAsync("anvil_reorg", (int)(head - priced + 1), kept);
            Assert.Equal(earlier, await exchange.NonceAsync(keeper.Operator));
            var replaced = await exchange.LiquidatableAsync(await exchange.BlockNumberAsync());
            output.WriteLine($"on the other branch {replaced.Count} are under water");
            Assert.Equal(keepsPrice, replaced.Count > 0);
            await exchange.Rpc.RequestAsync("evm_setIntervalMining", 1);
            if (!keepsPrice)
            {
                await exchange.NextBlockAsync(head + 1);
                foreach (var price in exchange.Prices(93, ownersNonce)) await exchange.Rpc.RequestAsync("eth_sendTransaction", price);
                await exchange.NextBlockAsync(await exchange.BlockNumberAsync());
            }
            await keeper.UntilAsync(async () => await exchange.NonceAsync(keeper.Operator) > earlier);
            await exchange.CalmAsync(await exchange.BlockNumberAsync());

            // The chain stands still, so that both mirrors are of one block.
            var last = await exchange.NextBlockAsync(await exchange.BlockNumberAsync());
            last = await exchange.NextBlockAsync(last);
            await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
            last = await exchange.BlockNumberAsync();
            await keeper.UntilAsync(async () => await keeper.IsSettledAsync());
            // The very bytes that were lost are in the chain again; where nothing was left to do for them, cancels took their nonces.
            var onChain = await exchange.OperatorTransactionsAsync(last);
            var cancels = (await keeper.EntriesAsync<JournalEntry.Signed>()).Where(signed => signed.IsCancel).Select(signed => signed.Hash).ToHashSet();
            if (keepsPrice) Assert.Subset(onChain.ToHashSet(), orphaned.ToHashSet());
            else Assert.All(orphaned, lost => Assert.Contains(onChain, transaction => transaction == lost || (transaction.Nonce == lost.Nonce && cancels.Contains(transaction.Hash))));
            Assert.Equal((int)exchange.Accounts, keeper.Mirrored[0].AccountCount);
            Assert.Empty(MirrorFields.Differences(await FreshMirror.BuildAsync(exchange), (RefPerpsProtocol)Assert.Single(keeper.Mirrored)));
            await CompareJournalAsync(exchange, keeper, last);
        }
        finally
        {
            await keeper.DisposeAsync();
        }
        Assert.True(running.IsCanceled, $"{running.Exception}");
    }

    private static async Task CompareJournalAsync(ExchangeChain exchange, InProcessKeeper keeper, ulong last)
    {
        var entries = await keeper.EntriesAsync();
        var onChain = await exchange.OperatorTransactionsAsync(last);
        Assert.Equal(Enumerable.Range(0, onChain.Count).Select(nonce => (ulong)nonce), onChain.Select(transaction => transaction.Nonce));
        Assert.All(onChain, transaction =>
        {
            Assert.Contains(entries.OfType<JournalEntry.Signed>(), signed => signed.Hash == transaction.Hash && signed.Nonce == transaction.Nonce);
            // The last settlement of each nonce is of what the chain holds now.
            var plans = entries.OfType<JournalEntry.Settled>().Where(settled => entries.OfType<JournalEntry.Signed>().Any(signed => signed.Hash == settled.Hash && signed.Nonce == transaction.Nonce));
            Assert.Equal(transaction.Hash, plans.Last().Hash);
        });
    }
}
