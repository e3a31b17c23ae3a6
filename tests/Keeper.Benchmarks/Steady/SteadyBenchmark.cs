using Keeper.Benchmarks.Harness;

namespace Keeper.Benchmarks.Steady;

/// <summary>
/// <c>steady</c>: what a keeper asks its endpoint for each block while nothing is to be liquidated, by method, on Anvil behind a proxy that counts. What the node tells by itself
/// over the socket is not counted. A price is told in every fourth block.
/// </summary>
internal static class SteadyBenchmark
{
    public static Benchmark Definition { get; } = new("steady", "requests per block and endpoint while nothing is to be liquidated, with 100 and 2,000 accounts", RunAsync);

    private static async Task RunAsync(RunOptions run, Figures figures, CancellationToken cancellation)
    {
        var most = 0.0;
        foreach (var accounts in run.IsQuick ? [20] : (int[])[100, 2_000])
        {
            var round = await SteadyRound.RunAsync(accounts, run.Scale(48, 8), run.Progress, cancellation);
            figures.Set($"steady.requests_per_block_{accounts}", round.PerBlock(round.Requests));
            figures.Set($"steady.round_trips_per_block_{accounts}", round.PerBlock(round.RoundTrips));
            foreach (var (method, count) in round.ByMethod) figures.Set($"steady.{method}_per_block_{accounts}", round.PerBlock(count));
            most = Math.Max(most, round.PerBlock(round.Requests));
        }
        figures.Set("steady.requests_per_block", most);
    }
}
