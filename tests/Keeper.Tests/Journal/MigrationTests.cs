using Keeper.Core.Journal;
using Keeper.Journal;
using Keeper.Journal.Sqlite;
using Keeper.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Keeper.Tests.Journal;

public sealed class MigrationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SettableTime _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_journal_of_version_1_is_migrated_when_it_is_opened_for_writing_and_goes_on()
    {
        var path = Version1.In(_directory);
        var before = await Records(path);
        var log = new ListLogger();
        await using (var journal = await SqliteJournal.OpenAsync(new() { Path = path }, _time, log))
        {
            Assert.Equal(new FileFormat(Schema.Version, Schema.LowestReader, Version1.Records), journal.Format);
            Assert.Equal(before, await Bodies(journal));
            Assert.Equal(Version1.Records + 1, await journal.AppendAsync([Samples.Breaker(), Samples.Mined(33, 80, 107) with { BlockTime = 1_700_000_012, L1Fee = new(7) }], default));
        }
        Assert.Contains(log.Lines, line => line.Contains("migrated from schema version 1 to 3", StringComparison.Ordinal) && line.Contains(Assert.Single(Backups()), StringComparison.Ordinal));
        await using var again = await Open(path);
        Assert.Equal(Version1.Records + 2, again.LastSequence);
        Assert.Equal([11UL, 12UL], (await Recovery.FoldAsync(again.ReadAsync(0, default), Samples.Mine, default)).Open.Select(plan => plan.Intent.Nonce));
        Assert.Single(Backups());
    }

    [Fact]
    public async Task The_backup_is_the_journal_as_it_was_for_its_owner_alone_under_a_name_that_says_what_and_when()
    {
        var path = Version1.In(_directory);
        var before = await Records(path);
        await (await Open(path)).DisposeAsync();
        var backup = Assert.Single(Backups());
        Assert.Equal(path + ".version-1.20260102T030405Z.backup", backup);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(backup));
        Assert.Equal(1, Ask(backup, "PRAGMA user_version"));
        Assert.Equal("ok", Text(backup, "PRAGMA integrity_check"));
        Assert.Equal(before, await Records(backup));
    }

    [Fact]
    public async Task A_backup_overwrites_nothing()
    {
        var path = Version1.In(_directory);
        var taken = path + ".version-1.20260102T030405Z.backup";
        await File.WriteAllTextAsync(taken, "somebody's");
        await (await Open(path)).DisposeAsync();
        Assert.Equal("somebody's", await File.ReadAllTextAsync(taken));
        Assert.True(JournalProof.IsOf(path + ".version-1.20260102T030405Z-2.backup", new(1, Version1.Records, LastCheck())));
    }

    [Fact]
    public async Task A_reader_reads_version_1_and_leaves_it_as_it_is()
    {
        var path = Version1.In(_directory);
        await using (var reader = await SqliteJournal.OpenAsync(new() { Path = path, ReadOnly = true }, _time))
        {
            Assert.Equal(new FileFormat(1, 1, 0), reader.Format);
            Assert.Equal(Version1.Records, (await SqliteJournalTests.Read(reader)).Count);
        }
        Assert.Equal(Version1.Bytes, await File.ReadAllBytesAsync(path));
        Assert.Empty(Backups());
    }

    /// <summary>What a killed process leaves behind is what its files hold at that moment.</summary>
    [Fact]
    public async Task Killed_at_any_step_the_file_has_either_form_whole_and_the_next_opening_goes_on()
    {
        var path = Version1.In(_directory);
        var before = await Records(path);
        var images = new List<(string Step, TemporaryDirectory Directory)>();
        await (await SqliteJournal.OpenAsync(new() { Path = path, Reached = (step, _) => images.Add((step, Image())) }, _time)).DisposeAsync();
        Assert.Equal(Schema.StepsFrom(1).Length + 7, images.Count);
        foreach (var (step, image) in images)
        {
            var killed = image.File("keeper.db");
            Assert.Equal(step == "migrated" ? Schema.Version : 1, Ask(killed, "PRAGMA user_version"));
            await using (var journal = await Open(killed))
            {
                Assert.Equal(before, await Bodies(journal));
                await journal.AppendAsync([Samples.Missed()], default);
            }
            // Whatever was left half done is gone, and one whole backup is there.
            var backup = Assert.Single(Directory.GetFiles(image.Path, "*.version-1.*"));
            Assert.Equal(before, await Records(backup));
            image.Dispose();
        }
    }

    [Fact]
    public async Task A_fault_at_any_step_changes_nothing_and_the_next_opening_goes_on()
    {
        for (var fault = 1; fault <= Schema.StepsFrom(1).Length + 6; fault++)
        {
            using var directory = new TemporaryDirectory();
            var path = Version1.In(directory);
            var before = await Records(path);
            var step = 0;
            await Assert.ThrowsAsync<InvalidDataException>(() => SqliteJournal.OpenAsync(new() { Path = path, Reached = (_, _) => { if (++step == fault) throw new InvalidDataException(); } }, _time));
            Assert.Equal(1, Ask(path, "PRAGMA user_version"));
            Assert.Equal(before, await Records(path));
            await using var journal = await Open(path);
            Assert.Equal(before, await Bodies(journal));
            Assert.Equal(Schema.Version, journal.Format.Version);
            Assert.Single(Directory.GetFiles(directory.Path, "*.version-1.*"));
        }
    }

    /// <summary>The page limit is the database's own: it answers as it does on a disk without room.</summary>
    [Theory]
    [InlineData("backup begun", "the backup before it could not be made")]
    [InlineData("migration begun", "could not be migrated")]
    public async Task Without_room_nothing_is_migrated_and_with_room_again_it_goes_on(string starved, string problem)
    {
        var path = Version1.In(_directory);
        var before = await Records(path);
        var refused = await Assert.ThrowsAsync<JournalException>(() => SqliteJournal.OpenAsync(new() { Path = path, Reached = Starve }, _time));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.Contains("full", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Make room", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, Ask(path, "PRAGMA user_version"));
        Assert.Equal(before, await Records(path));
        Assert.Empty(Directory.GetFiles(_directory.Path, "*.partial*"));
        await using var journal = await Open(path);
        Assert.Equal(before, await Bodies(journal));
        Assert.Single(Backups());

        void Starve(string step, SqliteConnection? connection)
        {
            if (step == starved) connection!.Run("PRAGMA max_page_count = 2");
        }
    }

    [Fact]
    public async Task Where_no_backup_can_be_made_nothing_is_migrated()
    {
        var path = Version1.In(_directory);
        Directory.CreateDirectory(path + ".version-1.partial");
        var refused = await Assert.ThrowsAsync<JournalException>(() => Open(path));
        Assert.Contains("the backup before it could not be made", refused.Message, StringComparison.Ordinal);
        Assert.Equal((1L, 0), (Ask(path, "PRAGMA user_version"), Backups().Length));
    }

    /// <summary>The control: the migration goes by what was proved, so that a copy that lacks a record does not pass for one.</summary>
    [Fact]
    public async Task A_backup_that_lacks_a_record_is_noticed_and_nothing_is_migrated()
    {
        var path = Version1.In(_directory);
        var refused = await Assert.ThrowsAsync<JournalException>(() => SqliteJournal.OpenAsync(new() { Path = path, Reached = Shorten }, _time));
        Assert.Contains("does not hold what the journal holds", refused.Message, StringComparison.Ordinal);
        Assert.Equal((1L, 0), (Ask(path, "PRAGMA user_version"), Backups().Length));

        void Shorten(string step, SqliteConnection? connection)
        {
            if (step != "backup copied") return;
            using var copy = new SqliteConnection($"Data Source={path}.version-1.partial;Pooling=False");
            copy.Open();
            copy.Run("DROP TRIGGER record_is_not_deleted; DELETE FROM record WHERE sequence = 34");
        }
    }

    [Fact]
    public async Task A_lost_tail_is_refused_before_anything_is_migrated()
    {
        var path = Version1.In(_directory);
        await File.WriteAllTextAsync(path + ".writer", $"4194304   \n{Version1.Records + 1,-20}\n");
        Assert.Contains("record 35 had been acknowledged", (await Assert.ThrowsAsync<JournalException>(() => Open(path))).Message, StringComparison.Ordinal);
        Assert.Equal(Version1.Bytes, await File.ReadAllBytesAsync(path));
        Assert.Empty(Backups());
    }

    [Fact]
    public async Task A_flipped_bit_in_the_old_file_is_refused_and_nothing_is_migrated_or_it_lies_where_no_record_is()
    {
        var path = Version1.In(_directory);
        var before = await Records(path);
        var (refusals, named) = (0, 0);
        for (var at = 0; at < Version1.Bytes.Length; at += 23)
        {
            foreach (var file in Directory.GetFiles(_directory.Path)) File.Delete(file);
            Version1.In(_directory);
            var damaged = Version1.Bytes.ToArray();
            damaged[at] ^= 0x10;
            await File.WriteAllBytesAsync(path, damaged);
            try
            {
                await using var journal = await Open(path);
                Assert.Equal(before, await Bodies(journal));
            }
            catch (JournalException refused)
            {
                refusals++;
                if (refused.Message.Contains("Record ", StringComparison.Ordinal)) named++;
                Assert.True(Backups().Length == 0, $"bit at {at}: {refused.Message}");
                Assert.Equal(damaged, await File.ReadAllBytesAsync(path));
            }
        }
        Assert.True(refusals > 300 && named > refusals / 2, $"{named} of {refusals} refusals named a record");
    }

    private string[] Backups() => Directory.GetFiles(_directory.Path, "*.backup");

    private TemporaryDirectory Image()
    {
        var image = new TemporaryDirectory();
        foreach (var file in Directory.GetFiles(_directory.Path).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var to = new FileStream(image.File(Path.GetFileName(file)), FileMode.CreateNew);
            from.CopyTo(to);
        }
        return image;
    }

    private string LastCheck()
    {
        var path = Version1.In(_directory, "again.db");
        using var connection = Raw(path);
        return JournalProof.Of(connection, new(1, 1, 0)).LastCheck;
    }

    private Task<SqliteJournal> Open(string path) => SqliteJournal.OpenAsync(new() { Path = path, BusyTimeout = TimeSpan.FromMilliseconds(50) }, _time);

    private static long Ask(string path, string sql)
    {
        using var connection = Raw(path);
        return connection.Ask(sql);
    }

    private static string Text(string path, string sql)
    {
        using var connection = Raw(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (string)command.ExecuteScalar()!;
    }

    private static SqliteConnection Raw(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }

    private static async Task<List<string>> Records(string path)
    {
        await using var reader = await SqliteJournal.OpenAsync(new() { Path = path, ReadOnly = true }, TimeProvider.System);
        return await Bodies(reader);
    }

    private static async Task<List<string>> Bodies(IJournal journal) =>
        (await SqliteJournalTests.Read(journal)).Select(record => $"{record.Sequence} {record.WrittenAt:O} {Samples.Body(record.Entry)}").ToList();
}
