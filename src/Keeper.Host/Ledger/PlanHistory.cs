using Keeper.Core.Journal;

namespace Keeper.Host.Ledger;

/// <summary>All that the journal says of one plan, in the order in which it was written.</summary>
internal sealed class PlanHistory(long plan, JournalEntry.Intended intent)
{
    public long Plan { get; } = plan;
    public JournalEntry.Intended Intent { get; } = intent;

    /// <summary>The intent among them. The signed bytes are left out: nobody reads them here, and they are the most of a journal.</summary>
    public List<JournalRecord> Records { get; } = [];

    /// <summary>The record that ended it: <see cref="JournalEntry.Settled"/> or <see cref="JournalEntry.Abandoned"/>.</summary>
    public JournalRecord? End { get; private set; }

    /// <summary>The last receipt seen.</summary>
    public JournalRecord? Receipt { get; private set; }

    /// <summary>
    /// The plan that took this one's nonce again after it was settled: a reorg had taken its transaction out of the chain, and the
    /// same bytes began another plan. What was settled here did not stay.
    /// </summary>
    public long? ReopenedAs { get; set; }

    public IEnumerable<JournalEntry.Signed> Attempts => Records.Select(record => record.Entry).OfType<JournalEntry.Signed>();

    public JournalEntry.Mined? Mined => (JournalEntry.Mined?)Receipt?.Entry;

    public JournalEntry.Settled? Settled => End?.Entry as JournalEntry.Settled;

    public void Add(JournalRecord record)
    {
        Records.Add(record.Entry is JournalEntry.Signed signed ? record with { Entry = signed with { Raw = default } } : record);
        if (record.Entry is JournalEntry.Mined) Receipt = record;
        if (record.Entry is JournalEntry.Settled or JournalEntry.Abandoned) End = record;
    }
}
