using System.Text;
using System.Text.RegularExpressions;
using Keeper.Core.Journal;
using Keeper.Journal;
using Keeper.Journal.Sqlite;
using Microsoft.Data.Sqlite;

namespace Keeper.Tests.Journal;

public sealed partial class SqliteJournalDamageTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private byte[] _bytes = [];
    private List<string> _written = [];

    public async Task InitializeAsync()
    {
        var path = _directory.File("whole.db");
        await using (var journal = await Open(path))
        {
            for (var life = 0; life < 3; life++)
            {
                foreach (var commit in Samples.Life(journal.LastSequence + 1, (ulong)life, (ulong)life * 10)) await journal.AppendAsync(commit, default);
                await journal.AppendAsync([Samples.Breaker($"breaker {life}"), Samples.Adopted((ulong)life + 50), Samples.Missed($"refperps:{life}")], default);
            }
            _written = await Bodies(journal);
        }
        // A page that was split keeps stale copies of what moved; packed anew and wiped, the file holds each record once.
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            connection.Run("PRAGMA secure_delete = ON; VACUUM");
        }
        _bytes = await File.ReadAllBytesAsync(path);
    }

    public Task DisposeAsync()
    {
        _directory.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_flipped_bit_inside_a_record_is_refused_by_its_sequence()
    {
        for (var sequence = 1; sequence <= _written.Count; sequence++)
        {
            var body = _written[sequence - 1];
            foreach (var offset in new[] { 0, body.Length / 2, body.Length - 1 })
            {
                var refused = await Assert.ThrowsAsync<JournalException>(() => OpenDamaged(Find(body) + offset));
                Assert.Contains($"Record {sequence} ", refused.Message);
            }
        }
    }

    /// <summary>Any byte of the file: then either the damage lies where no record is and every record is as written, or it is refused with words.</summary>
    [Fact]
    public async Task A_flipped_bit_anywhere_never_gives_a_wrong_record()
    {
        var (refusals, named) = (0, 0);
        for (var at = 0; at < _bytes.Length; at += 11)
        {
            try
            {
                Assert.Equal(_written, await OpenDamaged(at));
            }
            catch (JournalException exception)
            {
                refusals++;
                if (NamesRecord().IsMatch(exception.Message)) named++;
            }
        }
        Assert.True(refusals > 100, $"only {refusals} damaged files were refused");
        Assert.True(named > refusals / 2, $"{named} of {refusals} refusals named a record");
    }

    [Fact]
    public async Task A_record_taken_out_of_the_middle_is_refused_by_its_sequence()
    {
        var path = _directory.File("gap.db");
        await File.WriteAllBytesAsync(path, _bytes);
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            connection.Run("DROP TRIGGER record_is_not_deleted; DELETE FROM record WHERE sequence = 4");
        }
        await using var journal = await Open(path);
        Assert.Contains("Record 4 ", (await Assert.ThrowsAsync<JournalException>(() => Bodies(journal))).Message);
        Assert.Contains("Record 4 ", (await Assert.ThrowsAsync<JournalException>(() => SqliteJournalTests.Read(journal, after: 4))).Message);
    }

    [Fact]
    public async Task A_file_cut_short_is_refused()
    {
        foreach (var length in new[] { _bytes.Length - 1, _bytes.Length / 2, 4096, 100 })
        {
            var path = _directory.File($"cut-{length}.db");
            await File.WriteAllBytesAsync(path, _bytes[..length]);
            await Assert.ThrowsAsync<JournalException>(async () =>
            {
                await using var journal = await Open(path);
                await Bodies(journal);
            });
        }
    }

    private async Task<List<string>> OpenDamaged(int at)
    {
        var path = _directory.File("damaged.db");
        foreach (var file in Directory.GetFiles(_directory.Path, "damaged.db*")) File.Delete(file);
        var damaged = _bytes.ToArray();
        damaged[at] ^= 0x04;
        await File.WriteAllBytesAsync(path, damaged);
        await using var journal = await Open(path);
        return await Bodies(journal);
    }

    private int Find(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var at = _bytes.AsSpan().IndexOf(bytes);
        Assert.True(at >= 0 && _bytes.AsSpan(at + 1).IndexOf(bytes) < 0, $"the record stands in the file once: {at} {body} of {_bytes.Length}");
        return at;
    }

    private static Task<SqliteJournal> Open(string path) =>
        SqliteJournal.OpenAsync(new() { Path = path, Synchronous = SqliteSynchronous.Normal, BusyTimeout = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);

    private static async Task<List<string>> Bodies(IJournal journal) =>
        (await SqliteJournalTests.Read(journal)).Select(record => Samples.Body(record.Entry)).ToList();

    [GeneratedRegex(@"Record \d+ ")]
    private static partial Regex NamesRecord();
}
