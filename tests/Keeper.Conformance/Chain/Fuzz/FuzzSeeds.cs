namespace Keeper.Conformance.Chain.Fuzz;

/// <summary>Which cases are tried: fixed ones, more with <c>KEEPER_TESTS=full</c>, or the one of <c>KEEPER_FUZZ_SEED</c>.</summary>
internal static class FuzzSeeds
{
    public static IEnumerable<int> Of(int count)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("KEEPER_FUZZ_SEED"), out var seed)) return [seed];
        return Enumerable.Range(0, Environment.GetEnvironmentVariable("KEEPER_TESTS") == "full" ? 20 * count : count);
    }

    /// <summary>No reading broke, and all are the same.</summary>
    public static void Same(int seed, IEnumerable<string> names, IReadOnlyList<string> readings, Func<string> describe)
    {
        if (readings.All(reading => reading == readings[0] && !reading.StartsWith(FedNode.Broken, StringComparison.Ordinal))) return;
        var told = names.Zip(readings, (name, reading) => $"{name}: {reading}");
        if (Environment.GetEnvironmentVariable("FUZZ_ALL") is { } path) { File.AppendAllText(path, $"#### {seed}\n{string.Join('\n', told)}\n{describe()}\n"); return; }
        Assert.Fail($"KEEPER_FUZZ_SEED={seed}\n{string.Join('\n', told)}\n{describe()}");
    }
}
