using Keeper.Core.Journal;

namespace Keeper.Host.Ledger;

/// <summary>What `journal verify` tells beside its verdict.</summary>
internal sealed class JournalCounts
{
    private static readonly string[] Kinds =
    [
        nameof(JournalEntry.Intended), nameof(JournalEntry.Signed), nameof(JournalEntry.Broadcast),
        nameof(JournalEntry.Mined), nameof(JournalEntry.Settled), nameof(JournalEntry.Abandoned),
        nameof(JournalEntry.BreakerChanged), nameof(JournalEntry.Adopted), nameof(JournalEntry.Missed), nameof(JournalEntry.Unknown),
    ];

    private readonly Dictionary<string, long> _counts = Kinds.ToDictionary(kind => kind, _ => 0L);

    public IReadOnlyDictionary<string, long> ByKind => _counts;

    public long Total { get; private set; }

    /// <summary>Records in which a newer keeper wrote more than this one knows.</summary>
    public long WithMore { get; private set; }

    public DateTimeOffset? First { get; private set; }

    public DateTimeOffset? Last { get; private set; }

    public void Add(JournalRecord record)
    {
        _counts[record.Entry.GetType().Name]++;
        Total++;
        if (record.HasMore) WithMore++;
        First ??= record.WrittenAt;
        Last = record.WrittenAt;
    }
}
