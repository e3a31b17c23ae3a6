using Keeper.Core.Journal;
using Keeper.Journal;
using Keeper.Journal.Sqlite;
using Keeper.Tests.Submission;
using Keeper.Tests.Support;

namespace Keeper.Tests.Journal;

public sealed class FullDiskTests
{
    [SmallDiskFact]
    public async Task An_append_without_room_writes_nothing_and_with_room_again_both_this_and_a_new_opening_go_on()
    {
        using var disk = new SmallDisk(512);
        var path = disk.Directory.File("keeper.db");
        await using (var journal = await Open(path))
        {
            await journal.AppendAsync(Samples.Opening(7), default);
            var filler = disk.Fill();
            var refused = await Assert.ThrowsAsync<JournalException>(async () =>
            {
                // The write-ahead log may have room left in its last page.
                for (var n = 0; n < 20; n++) await journal.AppendAsync([Samples.Signed(1, 7, n + 1, (ulong)n + 2) with { Raw = new byte[4_000] }], default);
            });
            Assert.Contains("Nothing was written", refused.Message, StringComparison.Ordinal);
            Assert.Contains("full", refused.Message, StringComparison.Ordinal);
            var whole = await Bodies(journal);
            Assert.Equal(journal.LastSequence, whole.Count);
            File.Delete(filler);
            await journal.AppendAsync([Samples.Mined(1)], default);
            Assert.Equal(whole, (await Bodies(journal))[..^1]);
        }
        await using var again = await Open(path);
        await again.AppendAsync([Samples.Settled(1)], default);
        Assert.Empty(Recovery.Fold(await SqliteJournalTests.Read(again), Samples.Mine).Open);
    }

    /// <summary>What the keeper ends with, and what of it has left.</summary>
    [SmallDiskFact]
    public async Task The_sender_stops_by_name_and_nothing_is_sent_that_is_not_on_the_disk()
    {
        using var disk = new SmallDisk(512);
        var path = disk.Directory.File("keeper.db");
        var scene = await SenderScene.StartAsync();
        string filler;
        await using (var journal = await Open(path))
        {
            scene.Journal.Appending = entries => journal.AppendAsync(entries, default).AsTask().GetAwaiter().GetResult();
            await scene.OfferAsync("1");
            Assert.Single(scene.Chain.Sent);
            filler = disk.Fill();
            JournalException? stopped = null;
            for (var n = 0; stopped is null && n < 15; n++)
            {
                scene.Sender.TryOffer(scene.PlanOf($"{n + 10}"), scene.Gas);
                using var stop = new CancellationTokenSource();
                var running = scene.Sender.RunAsync(stop.Token);
                await stop.CancelAsync();
                stopped = await Record.ExceptionAsync(() => running) as JournalException;
            }
            Assert.Contains("full", stopped!.Message, StringComparison.Ordinal);
            Assert.Equal(scene.Journal.All<JournalEntry.Signed>().Count, scene.Chain.Sent.Count);
        }
        File.Delete(filler);
        await using var again = await Open(path);
        var open = (await Recovery.FoldAsync(again.ReadAsync(0, default), scene.Signer.Address, default)).Open;
        Assert.Equal(scene.Sent, open.Select(plan => System.Text.Encoding.UTF8.GetString(plan.Attempts[0].Raw.Span)));
    }

    [SmallDiskFact]
    public async Task A_migration_without_room_for_the_backup_leaves_the_journal_as_it_was()
    {
        using var disk = new SmallDisk(256);
        var path = Version1.In(disk.Directory);
        // The shared memory of the write-ahead log takes 32 KiB, the backup 24.
        var filler = disk.Fill(leaveKibibytes: 48);
        var refused = await Assert.ThrowsAsync<JournalException>(() => Open(path));
        Assert.Contains("the backup before it could not be made", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Version1.Bytes, await File.ReadAllBytesAsync(path));
        Assert.Empty(Directory.GetFiles(disk.Directory.Path, "*.version-1.*"));
        File.Delete(filler);
        await using var journal = await Open(path);
        Assert.Equal((2L, (long)Version1.Records), (journal.Format.Version, journal.LastSequence));
    }

    private static Task<SqliteJournal> Open(string path) => SqliteJournal.OpenAsync(new() { Path = path }, new SettableTime());

    private static async Task<List<string>> Bodies(IJournal journal) => (await SqliteJournalTests.Read(journal)).ConvertAll(record => Samples.Body(record.Entry));
}
