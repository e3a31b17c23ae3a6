using Keeper.Core.Journal;
using Keeper.Journal;
using Keeper.Journal.Sqlite;

namespace Keeper.Tests.Journal;

/// <summary>
/// What a killed process leaves behind is what its files hold at that moment: they are copied while the journal is open, and
/// the copy is opened.
/// </summary>
public sealed class SqliteJournalCrashTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _acknowledged = [];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(SqliteSynchronous.Full, true)]
    [InlineData(SqliteSynchronous.Full, false)]
    [InlineData(SqliteSynchronous.Normal, true)]
    public async Task Killed_after_any_commit_everything_acknowledged_is_there(SqliteSynchronous synchronous, bool withSharedMemory)
    {
        await using var journal = await Open(_directory.File("keeper.db"), synchronous);
        for (var life = 0; life < 6; life++)
        {
            foreach (var commit in Samples.Life(journal.LastSequence + 1, (ulong)life, (ulong)life * 10))
            {
                await Append(journal, commit);
                var image = Image($"image-{journal.LastSequence}", withSharedMemory ? ["", "-wal", "-shm", ".writer"] : ["", "-wal", ".writer"]);
                await using var recovered = await Open(image);
                Assert.Equal(_acknowledged, await Bodies(recovered));
                await recovered.AppendAsync(Samples.Opening(999), default);
            }
        }
    }

    [Fact]
    public async Task Killed_while_writing_a_commit_is_there_whole_or_not_at_all()
    {
        await using var journal = await Open(_directory.File("keeper.db"));
        for (var plan = 0; plan < 4; plan++) await Append(journal, Samples.Opening((ulong)plan, hash: (ulong)plan));
        var log = await Copy(_directory.File("keeper.db-wal"));
        var lengths = new HashSet<int>();
        for (var cut = 0; cut < log.Length; cut += 397)
        {
            // No writer file: nothing tells what had been acknowledged, so that the shorter journal is believed.
            var image = Image($"cut-{cut}", [""]);
            await File.WriteAllBytesAsync(image + "-wal", log[..cut]);
            await using var recovered = await Open(image);
            var bodies = await Bodies(recovered);
            Assert.True(bodies.Count % 2 == 0, $"{bodies.Count} records after a cut at byte {cut}");
            Assert.Equal(_acknowledged.Take(bodies.Count), bodies);
            lengths.Add(bodies.Count);
        }
        Assert.Equal([0, 2, 4, 6], lengths.Order());
    }

    /// <summary>Every kind of record a commit of its own, so that a cut lies inside each of them.</summary>
    [Fact]
    public async Task Cut_inside_any_record_recovery_finds_what_was_there_before_it()
    {
        await using var journal = await Open(_directory.File("keeper.db"));
        JournalEntry[][] commits =
        [
            .. Samples.Life(1, 7, 10), [Samples.Breaker()], Samples.Opening(8, hash: 20), [Samples.Missed()], [Samples.Adopted(12)],
            [Samples.Abandoned(8)], [Samples.Breaker(isOpen: false)], Samples.Opening(12, hash: 30),
        ];
        var states = new Dictionary<long, string> { [0] = Describe(Recovery.Fold([], Samples.Mine)) };
        foreach (var commit in commits)
        {
            await Append(journal, commit);
            states[journal.LastSequence] = Describe(Recovery.Fold(await SqliteJournalTests.Read(journal), Samples.Mine));
        }
        var log = await Copy(_directory.File("keeper.db-wal"));
        var seen = new HashSet<long>();
        // A frame is a header of 24 bytes and a page: about each of its borders, and at places inside.
        const int header = 32, frame = 24 + 4096;
        var cuts = Enumerable.Range(0, log.Length / frame + 1).SelectMany(n => new[] { -1, 0, 1, 23, 24, 25, 1_777, 3_300 }.Select(at => header + n * frame + at)).Where(cut => cut >= 0 && cut <= log.Length);
        foreach (var cut in cuts)
        {
            var image = Image($"inside-{cut}", [""]);
            await File.WriteAllBytesAsync(image + "-wal", log[..cut]);
            await using var recovered = await Open(image);
            Assert.Equal(states[recovered.LastSequence], Describe(Recovery.Fold(await SqliteJournalTests.Read(recovered), Samples.Mine)));
            Assert.Equal(_acknowledged.Take((int)recovered.LastSequence), await Bodies(recovered));
            seen.Add(recovered.LastSequence);
        }
        Assert.Equal(states.Keys.Order(), seen.Order());

        static string Describe(RecoveredState state) =>
            $"{string.Join(' ', state.Open.Select(plan => $"{plan.Plan}:{plan.Attempts.Count}:{plan.Mined?.Hash}"))} settled {state.Settled.Count} next {state.NextNonce} {string.Join(' ', state.Breakers)}";
    }

    [Fact]
    public async Task A_write_ahead_log_that_lost_its_tail_is_refused_by_what_was_acknowledged()
    {
        var image = await WithoutTailAsync("", ".writer");
        var refused = await Assert.ThrowsAsync<JournalException>(() => Open(image));
        Assert.Contains("ends at record 6, but record 8 had been acknowledged", refused.Message);
    }

    /// <summary>The control: the database alone says nothing.</summary>
    [Fact]
    public async Task Without_the_acknowledged_number_a_lost_tail_goes_unseen()
    {
        await using var shorter = await Open(await WithoutTailAsync(""));
        Assert.Equal(6, shorter.LastSequence);
    }

    [Fact]
    public async Task An_older_copy_put_back_is_refused_until_the_operator_accepts_the_loss()
    {
        var path = _directory.File("keeper.db");
        string copy;
        await using (var journal = await Open(path)) await Append(journal, Samples.Opening(7));
        copy = Image("backup", [""]);
        await using (var journal = await Open(path)) await Append(journal, [Samples.Mined(1)]);
        File.Copy(copy, path, overwrite: true);
        var refused = await Assert.ThrowsAsync<JournalException>(() => Open(path));
        Assert.Contains("delete " + path + ".writer", refused.Message);
        File.Delete(path + ".writer");
        await using var accepted = await Open(path);
        Assert.Equal(2, accepted.LastSequence);
    }

    /// <summary>One bit is flipped in the last frame: the database takes it for a commit that was never finished.</summary>
    private async Task<string> WithoutTailAsync(params string[] suffixes)
    {
        await using var journal = await Open(_directory.File("keeper.db"));
        for (var plan = 0; plan < 4; plan++) await Append(journal, Samples.Opening((ulong)plan, hash: (ulong)plan));
        var log = await Copy(_directory.File("keeper.db-wal"));
        log[^100] ^= 1;
        var image = Image("flipped", suffixes);
        await File.WriteAllBytesAsync(image + "-wal", log);
        return image;
    }

    private async Task Append(SqliteJournal journal, JournalEntry[] commit)
    {
        var first = await journal.AppendAsync(commit, default);
        _acknowledged.AddRange(Commit.Resolve(commit, first).Select(Samples.Body));
    }

    private string Image(string name, string[] suffixes)
    {
        var image = _directory.File(name + ".db");
        foreach (var suffix in suffixes)
        {
            using var from = new FileStream(_directory.File("keeper.db" + suffix), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var to = new FileStream(image + suffix, FileMode.CreateNew);
            from.CopyTo(to);
        }
        return image;
    }

    private static async Task<byte[]> Copy(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static Task<SqliteJournal> Open(string path, SqliteSynchronous synchronous = SqliteSynchronous.Full) =>
        SqliteJournal.OpenAsync(new() { Path = path, Synchronous = synchronous }, TimeProvider.System);

    private static async Task<List<string>> Bodies(IJournal journal) =>
        (await SqliteJournalTests.Read(journal)).Select(record => Samples.Body(record.Entry)).ToList();
}
