using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Host.Configuration;
using Keeper.Journal.Sqlite;

namespace Keeper.Host.Checks;

/// <summary>That the journal can be believed, read through to its end; changes nothing, and works beside a keeper that writes it.</summary>
internal static class JournalProof
{
    private const string Field = "journal.path";

    /// <param name="key">Whose open plans are counted; null counts none.</param>
    public static async Task<Proof> RunAsync(JournalOptions options, Address? key, TimeProvider time, CancellationToken cancellation)
    {
        if (Directory.Exists(options.Path)) return Proof.Wrong(Field, $"is {options.Path}, a folder", "the path of a file");
        if (new FileInfo(options.Path) is { Exists: true, Length: 0 }) return Proof.Ok(Field, $"is {options.Path}, an empty file, and will be written");
        if (!File.Exists(options.Path)) return Proof.Ok(Field, $"is {options.Path}: the journal is not there yet and will be made");
        try
        {
            await using var journal = await SqliteJournal.OpenAsync(new() { Path = options.Path, ReadOnly = true }, time);
            var records = new List<JournalRecord>();
            await foreach (var record in journal.ReadAsync(0, cancellation)) records.Add(record);
            if (key is null) return Proof.Ok(Field, $"holds {records.Count} records, each as it was written");
            var state = Recovery.Fold(records, key.Value);
            return Proof.Ok(Field, $"holds {records.Count} records, each as it was written; {state.Open.Count} plans of this key are open");
        }
        catch (JournalException error)
        {
            return Proof.Missing(Field, $"cannot be used: {error.Message}", "a journal of this version that no damage has reached, or a path where no file is");
        }
    }
}
