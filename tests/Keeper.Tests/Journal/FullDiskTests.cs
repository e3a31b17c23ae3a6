using Keeper.Core.Journal;
using Keeper.Journal;
using Keeper.Journal.Sqlite;
using Keeper.Tests.Submission;
using Keeper.Tests.Support;

namespace Keeper.Tests.Journal;

public sealed class FullDiskTests
{
    [Fact]
    public Task An_append_without_room_writes_nothing_and_with_room_again_both_this_and_a_new_opening_go_on() => AppendAsync(new FewPages());

    [SmallDiskFact]
    public Task An_append_to_a_full_disk_writes_nothing_and_with_room_again_both_this_and_a_new_opening_go_on() => AppendAsync(new SmallDisk(512));

    /// <summary>What the keeper ends with, and what of it has left.</summary>
    [Fact]
    public Task Without_room_the_sender_stops_by_name_and_nothing_is_sent_that_is_not_in_the_journal() => SendAsync(new FewPages());

    [SmallDiskFact]
    public Task On_a_full_disk_the_sender_stops_by_name_and_nothing_is_sent_that_is_not_on_the_disk() => SendAsync(new SmallDisk(512));

    /// <summary>As with a quota: the system refuses the write in the midst of a commit, and what it says is no word of a full database.</summary>
    [Fact]
    public async Task Where_the_system_lets_no_file_grow_the_sender_stops_by_name_and_nothing_is_sent_that_is_not_on_the_disk()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("keeper.db");
        var (sent, stopped) = await LimitedProcess.SendUntilStoppedAsync(path, bytes: 256 * 1_024);
        Assert.NotEmpty(sent);
        Assert.Contains("Nothing was written to the journal", stopped, StringComparison.Ordinal);
        await using var again = await Open(path);
        var open = (await Recovery.FoldAsync(again.ReadAsync(0, default), new TextSigner().Address, default)).Open;
        Assert.Equal(sent, open.Select(TextOf));
        await again.AppendAsync(Samples.Opening(999), default);
    }

    private static async Task AppendAsync(IFillable disk)
    {
        using var _ = disk;
        var path = disk.Directory.File("keeper.db");
        await using (var journal = await Open(path))
        {
            await journal.AppendAsync(Samples.Opening(7), default);
            disk.Fill(journal);
            var refused = await Assert.ThrowsAsync<JournalException>(async () =>
            {
                // The write-ahead log, or a page, may have room left.
                for (var n = 0; n < 20; n++) await journal.AppendAsync([Samples.Signed(1, 7, n + 1, (ulong)n + 2) with { Raw = new byte[4_000] }], default);
            });
            Assert.Contains("Nothing was written", refused.Message, StringComparison.Ordinal);
            Assert.Contains("full", refused.Message, StringComparison.Ordinal);
            var whole = await Bodies(journal);
            Assert.Equal(journal.LastSequence, whole.Count);
            disk.Free(journal);
            await journal.AppendAsync([Samples.Mined(1)], default);
            Assert.Equal(whole, (await Bodies(journal))[..^1]);
        }
        await using var again = await Open(path);
        await again.AppendAsync([Samples.Settled(1)], default);
        Assert.Empty(Recovery.Fold(await SqliteJournalTests.Read(again), Samples.Mine).Open);
    }

    private static async Task SendAsync(IFillable disk)
    {
        using var _ = disk;
        var path = disk.Directory.File("keeper.db");
        var scene = await SenderScene.StartAsync();
        await using (var journal = await Open(path))
        {
            scene.Journal.Appending = entries => journal.AppendAsync(entries, default).AsTask().GetAwaiter().GetResult();
            await scene.OfferAsync("1");
            Assert.Single(scene.Chain.Sent);
            disk.Fill(journal);
            var stopped = await scene.OfferUntilStoppedAsync();
            Assert.Contains("full", stopped!.Message, StringComparison.Ordinal);
            Assert.Equal(scene.Journal.All<JournalEntry.Signed>().Count, scene.Chain.Sent.Count);
        }
        disk.Free(null);
        await using var again = await Open(path);
        var open = (await Recovery.FoldAsync(again.ReadAsync(0, default), scene.Signer.Address, default)).Open;
        Assert.Equal(scene.Sent, open.Select(TextOf));
    }

    private static string TextOf(OpenPlan plan) => System.Text.Encoding.UTF8.GetString(plan.Attempts[0].Raw.Span);

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
        Assert.Equal(((long)Schema.Version, (long)Version1.Records), (journal.Format.Version, journal.LastSequence));
    }

    private static Task<SqliteJournal> Open(string path) => SqliteJournal.OpenAsync(new() { Path = path }, new SettableTime());

    private static async Task<List<string>> Bodies(IJournal journal) => (await SqliteJournalTests.Read(journal)).ConvertAll(record => Samples.Body(record.Entry));
}
