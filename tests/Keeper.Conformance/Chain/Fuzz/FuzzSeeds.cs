namespace Keeper.Conformance.Chain.Fuzz;

/// <summary>Which cases are tried: fixed ones, more with <c>KEEPER_TESTS=full</c>, or the one of <c>KEEPER_FUZZ_SEED</c>.</summary>
internal static class FuzzSeeds
{
    public static IEnumerable<int> Of(int count)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("KEEPER_FUZZ_SEED"), out var seed)) return [seed];
        return Enumerable.Range(0, Environment.GetEnvironmentVariable("KEEPER_TESTS") == "full" ? 20 * count : count);
    }

    /// <summary>No reading broke, and all are the same where nothing excuses a difference.</summary>
    public static void Same(int seed, IEnumerable<string> names, IReadOnlyList<string> readings, byte[] given, string of)
    {
        var broke = readings.Any(reading => reading.StartsWith(FedNode.Broken, StringComparison.Ordinal));
        var values = readings.Where(reading => !reading.StartsWith("fault ", StringComparison.Ordinal)).Select(reading => reading.Replace("-0", "0", StringComparison.Ordinal)).Distinct().Count();
        var alike = values == 0 || (values == 1 && readings.All(reading => !reading.StartsWith("fault ", StringComparison.Ordinal)));
        if (!broke && (alike || (values <= 1 && KnownDifferences.Excuse(given) is not null))) return;
        var told = names.Zip(readings, (name, reading) => $"{name}: {reading}");
        Assert.Fail($"KEEPER_FUZZ_SEED={seed}\n{string.Join('\n', told)}\n{of}: {System.Text.Encoding.UTF8.GetString(given)}");
    }
}
