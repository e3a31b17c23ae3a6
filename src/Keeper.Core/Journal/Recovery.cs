using Keeper.Core.Primitives;

namespace Keeper.Core.Journal;

/// <summary>The pure fold from records to what is still open. Every journal uses it.</summary>
public static class Recovery
{
    /// <param name="records">All records, in order and from the first; those of other keys are passed over.</param>
    /// <exception cref="JournalException">The records contradict each other, or one is missing: the message names the first that shows it.</exception>
    public static RecoveredState Fold(IEnumerable<JournalRecord> records, Address key)
    {
        var fold = new RecoveryFold(key);
        foreach (var record in records) fold.Add(record);
        return fold.Finish();
    }

    /// <inheritdoc cref="Fold"/>
    public static async Task<RecoveredState> FoldAsync(IAsyncEnumerable<JournalRecord> records, Address key, CancellationToken cancellation)
    {
        var fold = new RecoveryFold(key);
        await foreach (var record in records.WithCancellation(cancellation).ConfigureAwait(false)) fold.Add(record);
        return fold.Finish();
    }
}
