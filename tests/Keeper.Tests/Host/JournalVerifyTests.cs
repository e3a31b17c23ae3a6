using Keeper.Core.Journal;
using Keeper.Host;
using Keeper.Journal;
using Keeper.Journal.Sqlite;
using Keeper.Tests.Host.Ledger;
using Keeper.Tests.Journal;

namespace Keeper.Tests.Host;

public sealed class JournalVerifyTests : IDisposable
{
    private readonly WrittenJournal _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task A_whole_journal_is_counted_and_its_open_plans_are_named()
    {
        await _journal.WriteAsync([.. Samples.Life(1, 7, 10), Samples.Opening(8, hash: 20), [Samples.Mined(7, 20)], Samples.Opening(3, Samples.Foreign, 30)]);
        var told = await _journal.RunAsync("verify");
        Assert.Equal((ExitCode.Ok, ""), (told.Code, told.Error));
        var lines = told.Out.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToArray();
        Assert.Contains($"journal {_journal.Path}, schema version {Schema.Version}", lines);
        Assert.Contains("records 11, each as it was written; recovery finds no contradiction in them", lines);
        Assert.Contains("first 2026-01-02T03:04:05.678Z", lines);
        Assert.Contains("last 2026-01-02T03:11:05.678Z", lines);
        foreach (var count in new[] { "Intended 3", "Signed 4", "Broadcast 1", "Mined 2", "Settled 1", "Abandoned 0", "open plans 2" }) Assert.Contains(count, lines);
        Assert.Contains($"plan 7: nonce 8 of {Samples.Mine}, open: mined in block 101, not settled yet", lines);
        Assert.Contains($"plan 10: nonce 3 of {Samples.Foreign}, open: not mined yet", lines);
    }

    [Fact]
    public async Task What_belongs_to_no_plan_is_counted()
    {
        await _journal.WriteAsync([Samples.Breaker()], Samples.Opening(7), [Samples.Adopted(12), Samples.Missed()]);
        var lines = (await _journal.RunAsync("verify")).Out.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToArray();
        foreach (var count in new[] { "BreakerChanged 1", "Adopted 1", "Missed 1", "Unknown 0", "open plans 1" }) Assert.Contains(count, lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("passed over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_journal_of_version_1_is_verified_and_left_as_it_is()
    {
        var path = Version1.In(_journal.Directory, "old.db");
        var told = await Cli.RunAsync(new Dictionary<string, string>(), "", "journal", "verify", "--path", path);
        Assert.Equal((ExitCode.Ok, ""), (told.Code, told.Error));
        Assert.Contains($"{path}, schema version 1\n", told.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("34, each as it was written", told.Out, StringComparison.Ordinal);
        Assert.Equal(Version1.Bytes, File.ReadAllBytes(path));
        Assert.Empty(Directory.GetFiles(_journal.Directory.Path, "*.backup"));
    }

    [Fact]
    public async Task What_a_newer_keeper_added_is_counted()
    {
        await _journal.WriteAsync(Samples.Opening(7));
        _journal.Damage("INSERT INTO format VALUES (4, 2, 2); PRAGMA user_version = 4");
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_journal.Path};Pooling=False"))
        {
            connection.Open();
            NewerFormatTests.Append(connection, "audited", 0, "{}");
            NewerFormatTests.Append(connection, "abandoned", 1, """{"plan":1,"reason":"x","more":1}""");
        }
        var told = await _journal.RunAsync("verify");
        Assert.Equal((ExitCode.Ok, ""), (told.Code, told.Error));
        Assert.Contains("schema version 4 since record 2, of a newer keeper; readable from version 2 on", told.Out, StringComparison.Ordinal);
        Assert.Contains("passed over       2, 1 of them of kinds that only a newer keeper knows", told.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_path_comes_from_the_configuration()
    {
        using var folder = new ConfigFolder();
        await _journal.WriteAsync(Samples.Opening(7));
        File.Copy(_journal.Path, folder.In("journal.db"));
        var told = await Cli.RunAsync(folder, "journal", "verify");
        Assert.Equal((ExitCode.Ok, ""), (told.Code, told.Error));
        Assert.Contains(folder.In("journal.db"), told.Out, StringComparison.Ordinal);
        File.Delete(folder.In("journal.db"));
        var missing = await Cli.RunAsync(folder, "journal", "verify");
        Assert.Equal((ExitCode.Environment, ""), (missing.Code, missing.Out));
        Assert.Equal($"journal.path is {folder.In("journal.db")}, where no journal is", Assert.Single(missing.Problems));
    }

    [Theory]
    [InlineData("UPDATE record SET body = replace(body, 'no longer', 'now as ever') WHERE sequence = 3", "Record 3 ")]
    [InlineData("UPDATE record SET written_at = written_at + 1 WHERE sequence = 2", "Record 2 ")]
    [InlineData("DELETE FROM record WHERE sequence = 4", "Record 4 ")]
    [InlineData("PRAGMA user_version = 99", "schema version 99")]
    [InlineData("INSERT INTO format VALUES (99, 98, 0); PRAGMA user_version = 99", "asks for a keeper that knows version 98")]
    [InlineData("PRAGMA application_id = 77", "another application")]
    public async Task Damage_has_the_code_of_the_environment_and_says_where_it_is(string sql, string where)
    {
        await _journal.WriteAsync(Samples.Opening(7), [Samples.Abandoned(1)], Samples.Opening(7, hash: 2));
        Assert.Equal(ExitCode.Ok, (await _journal.RunAsync("verify")).Code);
        _journal.Damage(sql);
        foreach (var verb in new[] { new[] { "verify" }, ["show"], ["export", "--format", "csv", "--out", "-"] })
        {
            var told = await _journal.RunAsync(verb[0], verb[1..]);
            Assert.Equal((ExitCode.Environment, ""), (told.Code, told.Out));
            Assert.Contains(where, Assert.Single(told.Problems), StringComparison.Ordinal);
        }
    }

    /// <summary>Each record hangs on the one before it, but the recovery does not believe the story that they tell.</summary>
    [Fact]
    public async Task Records_that_contradict_each_other_are_refused_by_the_first_that_shows_it()
    {
        await _journal.WriteAsync(Samples.Opening(7), [Samples.Abandoned(1)], [Samples.Mined(1)]);
        var told = await _journal.RunAsync("verify");
        Assert.Equal((ExitCode.Environment, ""), (told.Code, told.Out));
        Assert.Contains("Record 4 speaks of plan 1, which is over", Assert.Single(told.Problems), StringComparison.Ordinal);
        Assert.Contains("expected: ", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_journal_is_named_and_left_alone()
    {
        var missing = await _journal.RunAsync("verify");
        Assert.Equal(ExitCode.Environment, missing.Code);
        Assert.Equal($"--path is {_journal.Path}, where no journal is", Assert.Single(missing.Problems));
        Assert.False(File.Exists(_journal.Path));

        var text = string.Concat(Enumerable.Repeat("Buy milk. ", 200));
        File.WriteAllText(_journal.Path, text);
        var other = await _journal.RunAsync("verify");
        Assert.Equal(ExitCode.Environment, other.Code);
        Assert.Contains("not a journal", Assert.Single(other.Problems), StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(_journal.Path));

        File.Delete(_journal.Path);
        Directory.CreateDirectory(_journal.Path);
        var folder = await _journal.RunAsync("verify");
        Assert.Equal((ExitCode.Config, $"--path is {_journal.Path}, a folder"), (folder.Code, Assert.Single(folder.Problems)));
    }

    /// <summary>Its tail was acknowledged and is gone: an older copy was put back, and hangs together.</summary>
    [Fact]
    public async Task A_lost_tail_is_told()
    {
        await _journal.WriteAsync(Samples.Opening(7));
        var older = File.ReadAllBytes(_journal.Path);
        await _journal.WriteAsync([Samples.Mined(1)]);
        File.WriteAllBytes(_journal.Path, older);
        foreach (var side in new[] { "-wal", "-shm" }) File.Delete(_journal.Path + side);
        var told = await _journal.RunAsync("verify");
        Assert.Equal((ExitCode.Environment, ""), (told.Code, told.Out));
        Assert.Contains("ends at record 2, but record 3 had been acknowledged", Assert.Single(told.Problems), StringComparison.Ordinal);
    }

    /// <summary>Neither holds the other up: every look finds a whole journal, and the writer's lock and records are untouched.</summary>
    /// <summary>Records of one commit of <see cref="Samples.Life"/>.</summary>
    private const int LargestCommit = 4;

    [Fact]
    public async Task A_journal_is_verified_while_a_keeper_writes_it()
    {
        await using var journal = await _journal.OpenAsync();
        await journal.AppendAsync(Samples.Opening(1_000), default);
        using var stop = new CancellationTokenSource();
        // Some lives for each look, so that a slow look does not meet an ever longer journal.
        using var lives = new SemaphoreSlim(0);
        var writing = Task.Run(async () =>
        {
            for (var life = 0UL; ; life++)
            {
                await lives.WaitAsync(stop.Token);
                foreach (var commit in Samples.Life(journal.LastSequence + 1, life, life * 10 + 5)) await journal.AppendAsync(commit, default);
            }
        });
        var seen = 0L;
        for (var look = 0; look < 15; look++)
        {
            lives.Release(10);
            while (journal.LastSequence <= seen && !writing.IsCompleted) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, default);
            Assert.False(writing.IsCompleted, writing.Exception?.ToString());
            var told = await _journal.RunAsync("verify");
            Assert.Equal((ExitCode.Ok, ""), (told.Code, told.Error));
            var records = told.Out.Split('\n').Single(line => line.StartsWith("records", StringComparison.Ordinal));
            var count = long.Parse(records["records".Length..records.IndexOf(',', StringComparison.Ordinal)].Trim());
            // A commit is in the file a moment before the writer says so.
            Assert.InRange(count, seen + 1, journal.LastSequence + LargestCommit);
            seen = count;
        }
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.Contains("in use by another keeper", (await Assert.ThrowsAsync<JournalException>(_journal.OpenAsync)).Message, StringComparison.Ordinal);
        Assert.Equal(journal.LastSequence, (await SqliteJournalTests.Read(journal)).Count);
    }
}
