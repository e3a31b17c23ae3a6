using System.Text;
using Keeper.Core.Journal;
using Keeper.Journal;
using Keeper.Journal.Sqlite;
using Microsoft.Data.Sqlite;

namespace Keeper.Tests.Journal;

/// <summary>Files as a later keeper might write them: this one reads what it may pass over, and refuses what it must not.</summary>
public sealed class NewerFormatTests : IDisposable
{
    private const string MinedWithMore = """{"plan":1,"hash":"0x0000000000000001000000000000000000000000000000000000000000000001","blockNumber":101,"blockHash":"0x0000000000000001000000000000000000000000000000000000000000000065","succeeded":true,"gasUsed":210000,"effectiveGasPrice":"25000000000","builder":{"name":"x"}}""";

    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.File("keeper.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_a_later_keeper_adds_is_passed_over_and_told()
    {
        await WriteAsync(lowestReader: 2, ("audited", 0, """{"by":"x"}"""), ("mined", 1, MinedWithMore), ("audited", 77, "[]"));
        await using var reader = await SqliteJournal.OpenAsync(new() { Path = Path, ReadOnly = true }, TimeProvider.System);
        Assert.Equal((4L, 2L, true), (reader.Format.Version, reader.Format.LowestReader, reader.Format.IsNewer));
        var records = await SqliteJournalTests.Read(reader);
        Assert.Equal([new JournalEntry.Unknown("audited", 0), Samples.Mined(1), new JournalEntry.Unknown("audited", 77)], records.Skip(2).Select(record => record.Entry));
        Assert.Equal([false, false, false, true, false], records.Select(record => record.HasMore));
        Assert.Equal(101UL, Assert.Single(Recovery.Fold(records, Samples.Mine).Open).Mined!.BlockNumber);
    }

    /// <summary>A keeper that was taken back to the release before goes on where the newer one stopped, and the newer one after it.</summary>
    [Fact]
    public async Task It_is_written_too_and_keeps_its_form()
    {
        await WriteAsync(lowestReader: 2, ("audited", 0, "{}"));
        var log = new ListLogger();
        await using (var journal = await SqliteJournal.OpenAsync(new() { Path = Path }, TimeProvider.System, log)) Assert.Equal(4, await journal.AppendAsync([Samples.Mined(1)], default));
        Assert.Contains(log.Lines, line => line.Contains("schema version 4, of a newer keeper", StringComparison.Ordinal));
        await using var again = await SqliteJournal.OpenAsync(new() { Path = Path, ReadOnly = true }, TimeProvider.System);
        Assert.Equal((4L, 4), (again.Format.Version, (await SqliteJournalTests.Read(again)).Count));
        Assert.Empty(Directory.GetFiles(_directory.Path, "*.backup"));
    }

    /// <summary>The control for each: in a file of this keeper's own version the same is damage.</summary>
    [Theory]
    [InlineData("audited", "{}")]
    [InlineData("mined", MinedWithMore)]
    public async Task In_a_file_of_its_own_version_nothing_is_passed_over(string kind, string body)
    {
        await WriteAsync(lowestReader: null, (kind, kind == "mined" ? 1 : 0, body));
        await using var reader = await SqliteJournal.OpenAsync(new() { Path = Path, ReadOnly = true }, TimeProvider.System);
        Assert.Contains("Record 3 ", (await Assert.ThrowsAsync<JournalException>(() => SqliteJournalTests.Read(reader))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mined", """{"plan":1,"succeeded":true,"builder":"x"}""")]
    [InlineData("broadcast", """{"plan":1,"hash":"0x0000000000000001000000000000000000000000000000000000000000000001","answer":"melted"}""")]
    public async Task What_this_keeper_does_know_must_be_there_and_whole(string kind, string body)
    {
        await WriteAsync(lowestReader: 2, (kind, 1, body));
        await using var reader = await SqliteJournal.OpenAsync(new() { Path = Path, ReadOnly = true }, TimeProvider.System);
        Assert.Contains("Record 3 ", (await Assert.ThrowsAsync<JournalException>(() => SqliteJournalTests.Read(reader))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_kind_of_an_open_plan_is_not_believed_to_change_nothing()
    {
        await WriteAsync(lowestReader: 2, ("outbid", 1, "{}"));
        await using var reader = await SqliteJournal.OpenAsync(new() { Path = Path, ReadOnly = true }, TimeProvider.System);
        var records = await SqliteJournalTests.Read(reader);
        Assert.Contains("Record 3 ", Assert.Throws<JournalException>(() => Recovery.Fold(records, Samples.Mine)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_breaking_change_asks_for_the_newer_keeper()
    {
        await WriteAsync(lowestReader: 4);
        foreach (var readOnly in new[] { true, false })
        {
            var refused = await Assert.ThrowsAsync<JournalException>(() => SqliteJournal.OpenAsync(new() { Path = Path, ReadOnly = readOnly }, TimeProvider.System));
            Assert.Contains("schema version 4 and asks for a keeper that knows version 4", refused.Message, StringComparison.Ordinal);
            Assert.Contains("newer keeper", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("PRAGMA user_version = 4")]
    [InlineData("PRAGMA user_version = 1; INSERT INTO format VALUES (9, 10, 0); PRAGMA user_version = 9")]
    [InlineData("DROP TABLE format")]
    public async Task A_version_that_the_list_of_forms_does_not_bear_out_is_damage(string sql)
    {
        await using (var journal = await SqliteJournal.OpenAsync(new() { Path = Path }, TimeProvider.System)) await journal.AppendAsync(Samples.Opening(7), default);
        Raw(sql);
        foreach (var readOnly in new[] { true, false })
        {
            var refused = await Assert.ThrowsAsync<JournalException>(() => SqliteJournal.OpenAsync(new() { Path = Path, ReadOnly = readOnly }, TimeProvider.System));
            Assert.Contains("the file is damaged", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("UPDATE format SET lowest_reader = 1")]
    [InlineData("DELETE FROM format")]
    [InlineData("INSERT INTO format VALUES (1, 1, 0)")]
    [InlineData("INSERT OR REPLACE INTO format VALUES (2, 1, 0)")]
    public async Task No_program_changes_what_a_file_says_of_its_form(string sql)
    {
        await (await SqliteJournal.OpenAsync(new() { Path = Path }, TimeProvider.System)).DisposeAsync();
        Assert.Contains("append-only", Assert.Throws<SqliteException>(() => Raw(sql)).Message, StringComparison.Ordinal);
    }

    /// <summary>An opening of this keeper, then records that it could not have written, each hanging on the one before.</summary>
    /// <param name="lowestReader">Makes it a file of version 4; null leaves it one of this keeper's.</param>
    private async Task WriteAsync(int? lowestReader, params (string Kind, long Plan, string Body)[] records)
    {
        await using (var journal = await SqliteJournal.OpenAsync(new() { Path = Path }, TimeProvider.System)) await journal.AppendAsync(Samples.Opening(7), default);
        if (lowestReader is { } lowest) Raw($"INSERT INTO format (version, lowest_reader, after) VALUES (4, {lowest}, 2); PRAGMA user_version = 4");
        using var connection = Connect();
        foreach (var (kind, plan, body) in records) Append(connection, kind, plan, body);
    }

    internal static void Append(SqliteConnection connection, string kind, long plan, string body)
    {
        using var last = connection.CreateCommand();
        last.CommandText = """SELECT sequence, "check" FROM record ORDER BY sequence DESC LIMIT 1""";
        using var reader = last.ExecuteReader();
        reader.Read();
        var sequence = reader.GetInt64(0) + 1;
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO record VALUES ($sequence, 0, $kind, $plan, $body, $check)";
        insert.Parameters.AddWithValue("$sequence", sequence);
        insert.Parameters.AddWithValue("$kind", kind);
        insert.Parameters.AddWithValue("$plan", plan);
        insert.Parameters.AddWithValue("$body", body);
        insert.Parameters.AddWithValue("$check", RecordChain.Next(reader.GetFieldValue<byte[]>(1), sequence, 0, plan, kind, Encoding.UTF8.GetBytes(body)));
        insert.ExecuteNonQuery();
    }

    private void Raw(string sql)
    {
        using var connection = Connect();
        connection.Run(sql);
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection;
    }
}
