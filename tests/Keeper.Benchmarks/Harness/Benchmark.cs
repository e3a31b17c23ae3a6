namespace Keeper.Benchmarks.Harness;

/// <param name="Name">The word on the command line.</param>
/// <param name="Run">Measures everything that is compared in one run.</param>
internal sealed record Benchmark(string Name, string Description, Func<RunOptions, Figures, CancellationToken, Task> Run);
