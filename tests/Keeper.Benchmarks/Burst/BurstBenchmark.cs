using Keeper.Benchmarks.Harness;

namespace Keeper.Benchmarks.Burst;

/// <summary>
/// <c>burst</c>: how many blocks the keeper needs when one price update puts all accounts of the exchange under water, against the
/// least that the gas caps of a transaction and of a block allow, on Anvil. Nothing else limits it: the market takes any size without moving.
/// </summary>
internal static class BurstBenchmark
{
    public static Benchmark Definition { get; } = new("burst", "blocks and sends to clear 10, 50, 500 and 10,000 accounts that one update puts under water", RunAsync);

    private static async Task RunAsync(RunOptions run, Figures figures, CancellationToken cancellation)
    {
        var (attempts, successes, duplicates, rejected, left) = (0, 0, 0, 0L, 0);
        foreach (var accounts in run.IsQuick ? [10] : (int[])[10, 50, 500, 10_000])
        {
            var result = await BurstRound.RunAsync(accounts, run.Scale(4, 1), run.Progress, cancellation);
            figures.Set($"burst.blocks_{accounts}", result.Blocks);
            figures.Set($"burst.blocks_least_{accounts}", result.Least.Blocks);
            figures.Set($"burst.blocks_over_minimum_{accounts}", result.Blocks - result.Least.Blocks);
            figures.Set($"burst.transactions_{accounts}", result.Succeeded);
            figures.Set($"burst.transactions_least_{accounts}", result.Least.Transactions);
            figures.Set($"burst.gas_per_account_{accounts}", result.GasUsed / (double)accounts);
            if (result.Left > 0) figures.Note($"of {accounts} accounts {result.Left} were left after {result.Blocks} blocks");
            (attempts, successes, duplicates) = (attempts + result.Signed, successes + result.Succeeded, duplicates + result.Duplicates);
            (rejected, left) = (rejected + result.Rejected, left + result.Left);
        }
        figures.Set("burst.sends_per_success", attempts / (double)successes);
        figures.Set("burst.duplicates", duplicates);
        figures.Set("burst.rejected", rejected);
        figures.Set("burst.left", left);
    }
}
