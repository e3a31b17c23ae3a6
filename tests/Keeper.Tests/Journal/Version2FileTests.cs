using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Journal.Sqlite;
using Keeper.Tests.Support;

namespace Keeper.Tests.Journal;

/// <summary>What a keeper of schema version 2 left behind is read as it was written.</summary>
public sealed class Version2FileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SettableTime _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_reader_reads_version_2_and_leaves_it_as_it_is()
    {
        var path = Version2.In(_directory);
        await using (var reader = await SqliteJournal.OpenAsync(new() { Path = path, ReadOnly = true }, _time))
        {
            Assert.Equal((2L, 2L), (reader.Format.Version, reader.Format.LowestReader));
            await HoldsWhatWasWrittenAsync(reader);
        }
        Assert.Equal(Version2.Bytes, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task A_keeper_goes_on_where_version_2_ended()
    {
        var path = Version2.In(_directory);
        await using (var journal = await SqliteJournal.OpenAsync(new() { Path = path }, _time))
        {
            await HoldsWhatWasWrittenAsync(journal);
            Assert.Equal((3L, 2L, (long)Version2.Records), (journal.Format.Version, journal.Format.LowestReader, journal.Format.After));
            Assert.Equal(Version2.Records + 1, await journal.AppendAsync([Samples.Mined(27, 7, 105) with { CoinPrice = Usd.Whole(3_000), CoinPriceSource = "feed" }], default));
        }
        Assert.Equal(Version2.Bytes.Length, new FileInfo(Assert.Single(Directory.GetFiles(_directory.Path, "*.version-2.*.backup"))).Length);
        await using var again = await SqliteJournal.OpenAsync(new() { Path = path, ReadOnly = true }, _time);
        Assert.Equal(Version2.Records + 1, (await SqliteJournalTests.Read(again)).Count);
    }

    [Fact]
    public async Task A_fault_at_any_step_of_the_migration_leaves_version_2_and_the_next_opening_goes_on()
    {
        for (var fault = 1; fault <= Schema.StepsFrom(2).Length + 6; fault++)
        {
            using var directory = new TemporaryDirectory();
            var path = Version2.In(directory);
            var step = 0;
            await Assert.ThrowsAsync<InvalidDataException>(() => SqliteJournal.OpenAsync(new() { Path = path, Reached = (_, _) => { if (++step == fault) throw new InvalidDataException(); } }, _time));
            await using (var reader = await SqliteJournal.OpenAsync(new() { Path = path, ReadOnly = true }, _time)) Assert.Equal(2, reader.Format.Version);
            await using var journal = await SqliteJournal.OpenAsync(new() { Path = path }, _time);
            await HoldsWhatWasWrittenAsync(journal);
            Assert.Equal(3, journal.Format.Version);
        }
    }

    private static async Task HoldsWhatWasWrittenAsync(SqliteJournal journal)
    {
        var records = await SqliteJournalTests.Read(journal);
        Assert.Equal(Version2.Records, records.Count);
        Assert.DoesNotContain(records, record => record.HasMore);
        Assert.Equal(Samples.Hash(70), Assert.IsType<JournalEntry.Intended>(records[0].Entry).Behind);
        Assert.Equal(105UL, Assert.IsType<JournalEntry.Signed>(records[3].Entry).PrivateUntil);
        var mined = Assert.IsType<JournalEntry.Mined>(records[4].Entry);
        Assert.Equal((1_700_000_012UL, new Wei(777)), (mined.BlockTime, mined.L1Fee));
        var settled = Assert.IsType<JournalEntry.Settled>(records[5].Entry);
        Assert.Equal((Samples.Rival(), Samples.Paid()), (settled.Outcomes[1].Rival, settled.Paid![0]));
        Assert.Equal("lend", Assert.IsType<JournalEntry.BreakerChanged>(records[6].Entry).Protocol);
        var state = Recovery.Fold(records, Samples.Mine);
        Assert.Equal([8UL, 9UL], state.Open.Select(plan => plan.Intent.Nonce));
        Assert.Equal([5UL, 6UL], state.Settled.Select(plan => plan.Intent.Nonce));
        Assert.Equal((10UL, 8UL), (state.NextNonce, state.AdoptedNonce));
        Assert.Equal([Outcome.Reverted, Outcome.Reverted], state.Settled[1].Outcomes.Select(outcome => outcome.Outcome));
    }
}
