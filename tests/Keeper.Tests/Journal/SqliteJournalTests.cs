using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Journal;
using Keeper.Journal.Sqlite;
using Keeper.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Keeper.Tests.Journal;

public sealed class SqliteJournalTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SettableTime _time = new();

    private string Path => _directory.File("keeper.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_kind_of_entry_is_read_back_with_its_sequence_and_time()
    {
        JournalEntry[] entries =
        [
            .. Samples.Opening(7), Samples.Broadcast(1, answer: SendError.Ambiguous), Samples.Mined(1), Samples.Settled(1),
            .. Samples.Opening(8, hash: 2), Samples.Abandoned(6),
        ];
        await using (var journal = await Open())
        {
            Assert.Equal(0, journal.LastSequence);
            Assert.Equal(1, await journal.AppendAsync(entries, default));
            Assert.Equal(entries.Length, journal.LastSequence);
        }

        await using var reopened = await Open();
        Assert.Equal(entries.Length, reopened.LastSequence);
        var records = await Read(reopened);
        Assert.Equal(Enumerable.Range(1, entries.Length), records.Select(record => (int)record.Sequence));
        Assert.All(records, record => Assert.Equal(_time.Now, record.WrittenAt));
        Assert.Equal(Commit.Resolve(entries, 1).Select(Samples.Body), records.Select(record => Samples.Body(record.Entry)));
    }

    [Fact]
    public async Task Appends_follow_each_other_without_a_gap()
    {
        await using var journal = await Open();
        Assert.Equal(1, await journal.AppendAsync(Samples.Opening(7), default));
        Assert.Equal(3, await journal.AppendAsync(Samples.Opening(8, hash: 2), default));
        Assert.Equal(5, await journal.AppendAsync([Samples.Mined(3, 2)], default));
        var signed = Assert.IsType<JournalEntry.Signed>((await Read(journal))[3].Entry);
        Assert.Equal(3, signed.Plan);
    }

    [Fact]
    public async Task Reading_begins_after_the_sequence_asked_for()
    {
        await using var journal = await Open();
        await journal.AppendAsync([.. Samples.Opening(7), Samples.Broadcast(1), Samples.Mined(1)], default);
        Assert.Equal([3L, 4L], (await Read(journal, after: 2)).Select(record => record.Sequence));
        Assert.Empty(await Read(journal, after: 4));
        Assert.Empty(await Read(journal, after: 99));
    }

    [Fact]
    public async Task A_commit_that_breaks_the_rules_writes_nothing()
    {
        await using var journal = await Open();
        await journal.AppendAsync(Samples.Opening(7), default);
        await Assert.ThrowsAsync<JournalException>(async () => await journal.AppendAsync([Samples.Broadcast(1), Samples.Intended(8)], default));
        Assert.Equal(2, journal.LastSequence);
        Assert.Equal(3, await journal.AppendAsync([Samples.Mined(1)], default));
        Assert.Equal(3, (await Read(journal)).Count);
    }

    [Fact]
    public async Task Concurrent_appends_are_all_there_and_whole()
    {
        await using var journal = await Open(SqliteSynchronous.Normal);
        var firsts = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () => await journal.AppendAsync(Samples.Opening((ulong)i), default))));
        Assert.Equal(Enumerable.Range(0, 64).Select(i => 1L + 2 * i), firsts.Order());
        var records = await Read(journal);
        Assert.Equal(128, records.Count);
        Assert.Equal(64, Recovery.Fold(records, Samples.Mine).Open.Count);
    }

    [Fact]
    public async Task Reading_sees_a_snapshot_and_does_not_hold_appends_up()
    {
        await using var journal = await Open();
        await journal.AppendAsync(Samples.Opening(7), default);
        var seen = 0;
        await foreach (var record in journal.ReadAsync(0, default))
        {
            seen++;
            await journal.AppendAsync([Samples.Broadcast(1)], default);
        }
        Assert.Equal(2, seen);
        Assert.Equal(4, journal.LastSequence);
    }

    [Fact]
    public async Task A_cancelled_append_writes_nothing()
    {
        await using var journal = await Open();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await journal.AppendAsync(Samples.Opening(7), new CancellationToken(canceled: true)));
        Assert.Equal(0, journal.LastSequence);
    }

    [Fact]
    public async Task A_commit_refused_by_a_busy_or_full_database_leaves_the_journal_usable()
    {
        await using var journal = await SqliteJournal.OpenAsync(new() { Path = Path, BusyTimeout = TimeSpan.FromMilliseconds(50) }, _time);
        await journal.AppendAsync(Samples.Opening(7), default);
        using (var intruder = Raw())
        {
            using var transaction = intruder.BeginTransaction(deferred: false);
            var refused = await Assert.ThrowsAsync<JournalException>(async () => await journal.AppendAsync([Samples.Mined(1)], default));
            Assert.Contains("Nothing was written", refused.Message);
            Assert.Contains("locked", refused.Message);
        }
        Assert.Equal(3, await journal.AppendAsync([Samples.Mined(1)], default));

        journal.LimitPages(8);
        var big = Samples.Signed(1, 7) with { Raw = new byte[100_000] };
        Assert.Contains("full", (await Assert.ThrowsAsync<JournalException>(async () => await journal.AppendAsync([big], default))).Message);
        journal.LimitPages(1_000_000);
        Assert.Equal(4, await journal.AppendAsync([big], default));
        Assert.Equal(4, (await Read(journal)).Count);
    }

    [Fact]
    public async Task No_program_changes_removes_or_replaces_a_record()
    {
        await using (var journal = await Open()) await journal.AppendAsync([.. Samples.Opening(7), Samples.Mined(1)], default);
        using var intruder = Raw();
        Refused("UPDATE record SET body = '{}' WHERE sequence = 2");
        Refused("DELETE FROM record WHERE sequence = 3");
        Refused("INSERT INTO record VALUES (5, 0, 'x', 0, '{}', zeroblob(32))");
        Refused("INSERT OR REPLACE INTO record VALUES (2, 0, 'x', 0, '{}', zeroblob(32))");
        Assert.Equal(3, intruder.Ask("SELECT count(*) FROM record"));

        void Refused(string sql) => Assert.Contains("append-only", Assert.Throws<SqliteException>(() => intruder.Run(sql)).Message);
    }

    [Fact]
    public async Task A_read_only_journal_is_read_while_a_keeper_writes_and_refuses_appends()
    {
        await using var journal = await Open();
        await journal.AppendAsync(Samples.Opening(7), default);
        await using var reader = await SqliteJournal.OpenAsync(new() { Path = Path, ReadOnly = true }, _time);
        Assert.Equal(2, reader.LastSequence);
        await journal.AppendAsync([Samples.Mined(1)], default);
        Assert.Equal(3, (await Read(reader)).Count);
        await Assert.ThrowsAsync<JournalException>(async () => await reader.AppendAsync([Samples.Settled(1)], default));
    }

    [Fact]
    public async Task A_closed_journal_is_read_without_a_writer()
    {
        await using (var journal = await Open()) await journal.AppendAsync(Samples.Opening(7), default);
        await using var reader = await SqliteJournal.OpenAsync(new() { Path = Path, ReadOnly = true }, _time);
        Assert.Equal(2, (await Read(reader)).Count);
    }

    [Fact]
    public async Task A_disposed_journal_refuses_appends()
    {
        var journal = await Open();
        await journal.DisposeAsync();
        await journal.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await journal.AppendAsync(Samples.Opening(7), default));
    }

    [Fact]
    public async Task Full_waits_for_the_disk_and_normal_says_what_it_may_lose()
    {
        var log = new ListLogger();
        await using (var journal = await SqliteJournal.OpenAsync(new() { Path = Path }, _time, log)) Assert.Equal(2, journal.SynchronousInForce);
        Assert.DoesNotContain(log.Lines, line => line.Contains("power cut"));
        await using (var journal = await SqliteJournal.OpenAsync(new() { Path = Path, Synchronous = SqliteSynchronous.Normal }, _time, log)) Assert.Equal(1, journal.SynchronousInForce);
        Assert.Contains(log.Lines, line => line.Contains("power cut"));
    }

    [Fact]
    public async Task Recovery_folds_what_the_journal_streams()
    {
        await using var journal = await Open();
        foreach (var commit in Samples.Life(1, 7, 1)) await journal.AppendAsync(commit, default);
        await journal.AppendAsync(Samples.Opening(8, hash: 9), default);
        var state = await Recovery.FoldAsync(journal.ReadAsync(0, default), Samples.Mine, default);
        Assert.Equal(Samples.Hash(9), Assert.Single(Assert.Single(state.Open).Attempts).Hash);
        Assert.Equal(9UL, state.NextNonce);
    }

    internal static async Task<List<JournalRecord>> Read(IJournal journal, long after = 0)
    {
        var records = new List<JournalRecord>();
        await foreach (var record in journal.ReadAsync(after, default)) records.Add(record);
        return records;
    }

    private Task<SqliteJournal> Open(SqliteSynchronous synchronous = SqliteSynchronous.Full) =>
        SqliteJournal.OpenAsync(new() { Path = Path, Synchronous = synchronous }, _time);

    private SqliteConnection Raw()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection;
    }
}
