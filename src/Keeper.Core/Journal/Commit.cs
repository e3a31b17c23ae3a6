namespace Keeper.Core.Journal;

/// <summary>The rules that one append obeys, whichever journal writes it.</summary>
public static class Commit
{
    /// <summary>
    /// Gives the entries as they are to be written: a first signature, which says plan 0, is told the sequence number of the
    /// <see cref="JournalEntry.Intended"/> right before it.
    /// </summary>
    /// <param name="first">The sequence number that the first entry will have.</param>
    /// <exception cref="JournalException">
    /// There is no entry; an intent is not followed at once by its signature, or the reverse; the two disagree on the nonce.
    /// </exception>
    public static JournalEntry[] Resolve(IReadOnlyList<JournalEntry> entries, long first)
    {
        if (entries.Count == 0) throw new JournalException("A commit holds at least one entry.");
        var resolved = new JournalEntry[entries.Count];
        for (var i = 0; i < resolved.Length; i++)
        {
            resolved[i] = entries[i] switch
            {
                JournalEntry.Signed { Plan: 0 } signed => signed with { Plan = FirstSignature(i, signed) },
                JournalEntry.Intended intended => Accompanied(i, intended),
                var entry => entry,
            };
        }
        return resolved;

        // Several signatures may follow their intent at once: attempts that are taken up again together.
        long FirstSignature(int i, JournalEntry.Signed signed)
        {
            var at = i - 1;
            while (at >= 0 && entries[at] is JournalEntry.Signed { Plan: 0 }) at--;
            return at < 0 || entries[at] is not JournalEntry.Intended intended
                ? throw new JournalException($"Entry {i} of a commit is a first signature without its intent right before it.")
            : intended.Nonce != signed.Nonce
                ? throw new JournalException($"Entry {i} of a commit signs nonce {signed.Nonce}, but the intent before it takes {intended.Nonce}.")
            : first + at;
        }

        JournalEntry Accompanied(int i, JournalEntry.Intended intended) =>
            i + 1 < entries.Count && entries[i + 1] is JournalEntry.Signed { Plan: 0 }
                ? intended : throw new JournalException($"Entry {i} of a commit is an intent without its first signature right behind it.");
    }
}
