using Keeper.Core.Journal;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>The chain takes another branch under a transaction of ours.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class BranchFaultTests(FaultChain chain) : IClassFixture<FaultChain>
{
    [Fact]
    public async Task A_transaction_that_another_branch_holds_in_another_block_is_counted_once()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        var owner = await scene.Exchange.NonceAsync(scene.Exchange.Deployment.Owner);
        await scene.PriceAsync();
        await scene.UntilMinedAsync(1);
        await scene.UntilAsync("it is settled", async () => (await scene.Keeper.EntriesAsync<JournalEntry.Settled>()).Count == 1, mines: false);
        var ours = (await scene.Keeper.EntriesAsync<JournalEntry.Signed>())[0];
        var held = (await scene.Keeper.EntriesAsync<JournalEntry.Mined>())[0];

        // Back to before the price; then the price, an empty block, and ours, one block later than it was.
        var depth = (int)(await scene.Exchange.BlockNumberAsync() - scene.First);
        object[][] kept = [.. scene.Exchange.Prices(97, owner).Select(price => new object[] { price, 0 }), [Hex.Encode(ours.Raw.Span), depth]];
        await scene.ReorgAsync(depth + 1, kept);
        var there = await scene.Exchange.Rpc.RequestAsync("eth_getTransactionReceipt", ours.Hash);
        Assert.NotEqual(held.BlockHash, Hash32.Parse(there.GetProperty("blockHash").GetString()!));
        await scene.MineAsync(3);
        await scene.UntilCalmAsync();

        Assert.Equal(ours.Hash, (await scene.JudgeFirstAsync()).Hash);
        Assert.Single(await scene.Keeper.EntriesAsync<JournalEntry.Settled>(), settled => settled.Hash == ours.Hash);
        Assert.Single(scene.Keeper.Lines, line => line.Contains($"{ours.Hash} with nonce 0 is in block", StringComparison.Ordinal));
    }

    /// <param name="settles">It was settled before its block was lost.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transaction_that_is_orphaned_goes_out_again_with_the_same_bytes(bool settles)
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync(setup => setup with { Submission = setup.Submission with { Confirmations = settles ? 1 : 8 } });
        var owner = await scene.Exchange.NonceAsync(scene.Exchange.Deployment.Owner);
        await scene.PriceAsync();
        await scene.UntilMinedAsync(1);
        await scene.UntilAsync("its receipt is seen", async () => (await scene.Keeper.EntriesAsync<JournalEntry.Mined>()).Count > 0);
        var ours = (await scene.Keeper.EntriesAsync<JournalEntry.Signed>())[0];
        var sends = scene.Proxy.Sends.Count;

        var depth = (int)(await scene.Exchange.BlockNumberAsync() - scene.First);
        await scene.ReorgAsync(depth, [.. scene.Exchange.Prices(97, owner).Select(price => new object[] { price, 0 })]);
        Assert.Equal(0UL, await scene.Exchange.NonceAsync(scene.Operator));
        await scene.MineAsync();
        await scene.UntilMinedAsync(1);
        await scene.MineAsync(8);
        await scene.UntilCalmAsync();

        Assert.Equal(ours.Hash, (await scene.JudgeAsync())[0].Hash);
        Assert.Contains(scene.Proxy.Sends.Skip(sends), send => send.Raw.Span.SequenceEqual(ours.Raw.Span));
    }
}
