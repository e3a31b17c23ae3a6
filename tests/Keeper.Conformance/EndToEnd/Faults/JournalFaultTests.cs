using Keeper.Core.Journal;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>A journal that cannot be trusted, or cannot be written: nothing is sent on the strength of it.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class JournalFaultTests(FaultChain chain) : IClassFixture<FaultChain>
{
    [Theory]
    [InlineData("a flipped bit")]
    [InlineData("a torn record")]
    public async Task A_keeper_does_not_start_on_a_damaged_journal(string damage)
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        await scene.PriceAsync();
        await scene.UntilCalmAsync();
        var signed = (await scene.Keeper.EntriesAsync<JournalEntry.Signed>())[^1];
        await scene.StopAsync();

        var bytes = await File.ReadAllBytesAsync(scene.JournalPath);
        var at = bytes.AsSpan().LastIndexOf(System.Text.Encoding.ASCII.GetBytes(signed.Hash.ToString()[2..]));
        Assert.True(at > 0, "The record was not found in the file.");
        if (damage == "a flipped bit") bytes[at] ^= 1;
        else bytes.AsSpan(at, 16).Clear();
        await File.WriteAllBytesAsync(scene.JournalPath, bytes);
        var sends = scene.Proxy.Sends.Count;
        await scene.PriceAsync(94);
        await Assert.ThrowsAsync<JournalException>(() => scene.StartAsync());
        Assert.Equal(sends, scene.Proxy.Sends.Count);
    }

    [Fact]
    public async Task A_full_disk_ends_the_keeper_before_anything_leaves_that_is_not_journalled()
    {
        await using var scene = await chain.SceneAsync();
        var disk = new FullDisk();
        await scene.StartAsync(setup => setup with { AroundJournal = journal => disk.Around(journal) });
        disk.IsFull = true;
        await scene.PriceAsync();
        await Assert.ThrowsAsync<JournalException>(() => scene.UntilAsync("it ends", () => false));
        Assert.Empty(scene.Proxy.Sends);
        Assert.Empty(await scene.Keeper.EntriesAsync());
        await scene.StopAsync();

        // There is room again, and the accounts are still under water.
        await scene.StartAsync();
        await scene.UntilCalmAsync();
        await scene.JudgeFirstAsync();
    }

    /// <summary>The nonce is used when there is no room for what became of it: the next keeper finds out.</summary>
    [Fact]
    public async Task A_disk_that_fills_up_after_the_send_loses_no_transaction()
    {
        await using var scene = await chain.SceneAsync();
        var disk = new FullDisk { SparesSignatures = true };
        await scene.StartAsync(setup => setup with { AroundJournal = journal => disk.Around(journal) });
        disk.IsFull = true;
        await scene.PriceAsync();
        await Assert.ThrowsAsync<JournalException>(() => scene.UntilAsync("it ends", () => false));
        var sent = Assert.Single(scene.Proxy.Sends);
        await scene.StopAsync();

        await scene.StartAsync();
        await scene.UntilCalmAsync();
        Assert.Equal(sent.Hash, (await scene.JudgeFirstAsync()).Hash);
    }

    /// <summary>Says what the real journal says when its disk has no room (the journal's own tests fill one).</summary>
    private sealed class FullDisk
    {
        public bool IsFull { get; set; }

        /// <summary>There is still room for one more intent.</summary>
        public bool SparesSignatures { get; init; }

        public IJournal Around(IJournal journal) => new Full(journal, this);

        private sealed class Full(IJournal journal, FullDisk disk) : IJournal
        {
            public long LastSequence => journal.LastSequence;

            public ValueTask<long> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation) =>
                disk.IsFull && !(disk.SparesSignatures && entries.Any(entry => entry is JournalEntry.Signed))
                    ? throw new JournalException("The journal could not be written: the disk is full.") : journal.AppendAsync(entries, cancellation);

            public IAsyncEnumerable<JournalRecord> ReadAsync(long afterSequence, CancellationToken cancellation) => journal.ReadAsync(afterSequence, cancellation);

            public ValueTask DisposeAsync() => journal.DisposeAsync();
        }
    }
}
