namespace Keeper.Host.Configuration;

/// <summary>Guesses which key was meant.</summary>
internal static class NearestKey
{
    /// <summary>The known key with the fewest changed letters, letter case aside; null where more than a third would change.</summary>
    public static string? Find(string key, IEnumerable<string> known) => known
        .Select(candidate => (Candidate: candidate, Distance: Distance(key.ToLowerInvariant(), candidate.ToLowerInvariant())))
        .Where(pair => pair.Distance <= Math.Max(1, pair.Candidate.Length / 3))
        .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Candidate, StringComparer.Ordinal)
        .Select(pair => pair.Candidate).FirstOrDefault();

    /// <summary>Levenshtein, one row at a time.</summary>
    private static int Distance(string a, string b)
    {
        if (a.Length > 64) return int.MaxValue; // a key of that length is none of ours
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[b.Length];
    }
}
