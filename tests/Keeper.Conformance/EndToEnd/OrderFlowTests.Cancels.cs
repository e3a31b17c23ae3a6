using Keeper.Conformance.Support;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Journal.Sqlite;

namespace Keeper.Conformance.EndToEnd;

/// <summary>Relays that lie about a cancel: they say that they took it. Blocks come by hand, so that each lie is told before the next block.</summary>
public sealed partial class OrderFlowTests
{
    [Fact]
    public async Task A_relay_that_takes_a_cancel_and_has_the_original_mined_changes_nothing_but_what_was_mined_counts()
    {
        await using var scene = await Scene.StartAsync(Conduct.Discards, "eth_sendRawTransaction", blocks: 15);
        await using var keeper = KeeperProcess.Start(scene.Exchange);
        await keeper.ReadyAsync(scene.Exchange);
        var (original, cancel) = await CancelledAsync(scene);

        // The lie: the price is back where the original pays, and it is that which reaches a block.
        await PriceInABlockAsync(scene, 93);
        await scene.Exchange.Rpc.RequestAsync("eth_sendRawTransaction", Hex.Encode(original.Raw.Span));
        await scene.Exchange.Rpc.RequestAsync("anvil_mine", "0x1");
        scene.Relay.Conduct = Conduct.Forwards;
        await scene.Exchange.Chain.MineEveryAsync(1, default);
        var settled = await SettledAsync(scene, original.Plan);
        await scene.Exchange.CalmAsync(await scene.Exchange.BlockNumberAsync(), within: 60);

        Assert.Equal(original.Hash, settled.Hash);
        Assert.Contains(settled.Outcomes, outcome => outcome.Outcome == Outcome.Won);
        Assert.DoesNotContain((await scene.Exchange.OperatorTransactionsAsync(await scene.Exchange.BlockNumberAsync())), transaction => transaction.Hash == cancel.Hash);
        scene.AssertNothingLeaked(await scene.SignedAsync());
        await AssertCountedOnceAsync(scene);
    }

    [Fact]
    public async Task A_relay_that_takes_a_cancel_and_drops_it_is_followed_by_the_public_ladder_and_the_cancel_counts()
    {
        await using var scene = await Scene.StartAsync(Conduct.Discards, "eth_sendRawTransaction", blocks: 6);
        await using var keeper = KeeperProcess.Start(scene.Exchange);
        await keeper.ReadyAsync(scene.Exchange);
        var (original, cancel) = await CancelledAsync(scene);
        Assert.Empty(scene.Public.Told);

        await scene.Exchange.Chain.MineEveryAsync(1, default);
        var settled = await SettledAsync(scene, original.Plan);
        Assert.True((await scene.SignedAsync()).Single(signed => signed.Hash == settled.Hash).IsCancel, "Another transaction than a cancel was counted.");
        Assert.All(settled.Outcomes, outcome => Assert.Equal(Outcome.Superseded, outcome.Outcome));
        Assert.Contains(scene.Public.Told, told => told.Raw == Hex.Encode(cancel.Raw.Span) || told.Block >= cancel.PrivateUntil);
        scene.AssertNothingLeaked(await scene.SignedAsync());

        // What the cancelled one was for is liquidated when it can be again.
        await scene.Exchange.TransmitAsync(93);
        await scene.Exchange.CalmAsync(await scene.Exchange.NextBlockAsync(await scene.Exchange.BlockNumberAsync()), within: 60);
        await AssertCountedOnceAsync(scene);
    }

    /// <summary>A price that makes one plan worth sending, and the next that makes it fail: the relay has been told of both the plan and its cancel, and has said yes to both.</summary>
    private static async Task<(JournalEntry.Signed Original, JournalEntry.Signed Cancel)> CancelledAsync(Scene scene)
    {
        await scene.Exchange.CalmAsync(await scene.Exchange.BlockNumberAsync());
        await scene.Exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
        await PriceInABlockAsync(scene, 93);
        await scene.ToldAsync();
        await PriceInABlockAsync(scene, 100);
        JournalEntry.Signed? cancel = null;
        await UntilAsync("a cancel is told to the relay", async () =>
            (cancel = (await scene.SignedAsync()).FirstOrDefault(signed => signed.IsCancel && scene.Relay.Told.Any(told => told.Raw == Hex.Encode(signed.Raw.Span)))) is not null);
        var original = (await PlansAsync(scene)).First(entry => entry.Plan == cancel!.Plan && !entry.IsCancel);
        return (original, cancel!);
    }

    private static async Task PriceInABlockAsync(Scene scene, int percent)
    {
        await scene.Exchange.TransmitAsync(percent);
        await scene.Exchange.Rpc.RequestAsync("anvil_mine", "0x1");
    }

    private static async Task<JournalEntry.Settled> SettledAsync(Scene scene, long plan)
    {
        JournalEntry.Settled? settled = null;
        await UntilAsync("the plan is settled", async () => (settled = (await EntriesAsync(scene)).Select(record => record.Entry).OfType<JournalEntry.Settled>().LastOrDefault(entry => entry.Plan == plan)) is not null);
        return settled!;
    }

    /// <summary>Each nonce of the key holds a transaction that the journal signed, and each plan is settled by the very one that the chain holds.</summary>
    private static async Task AssertCountedOnceAsync(Scene scene)
    {
        var mined = await scene.Exchange.OperatorTransactionsAsync(await scene.Exchange.BlockNumberAsync());
        var signed = await scene.SignedAsync();
        Assert.All(mined, transaction => Assert.Contains(signed, entry => entry.Hash == transaction.Hash && entry.Nonce == transaction.Nonce));
        Assert.All((await EntriesAsync(scene)).Select(record => record.Entry).OfType<JournalEntry.Settled>(), settled => Assert.Contains(mined, transaction => transaction.Hash == settled.Hash));
    }

    /// <summary>Every signature with its plan: the first stands beside its intent and names none.</summary>
    private static async Task<IReadOnlyList<JournalEntry.Signed>> PlansAsync(Scene scene) =>
        [.. (await EntriesAsync(scene)).Where(record => record.Entry is JournalEntry.Signed)
            .Select(record => (JournalEntry.Signed)record.Entry is var signed && signed.Plan == 0 ? signed with { Plan = record.Sequence - 1 } : (JournalEntry.Signed)record.Entry)];

    private static async Task<IReadOnlyList<JournalRecord>> EntriesAsync(Scene scene)
    {
        await using var journal = await SqliteJournal.OpenAsync(new() { Path = scene.Exchange.JournalPath, ReadOnly = true }, TimeProvider.System);
        var records = new List<JournalRecord>();
        await foreach (var record in journal.ReadAsync(0, default)) records.Add(record);
        return records;
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(90), $"It never came to this: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
