using Keeper.Benchmarks.Clients;
using Keeper.Benchmarks.Harness;

Benchmark[] benchmarks = [ClientsBenchmark.Definition];
return await CommandLine.RunAsync(benchmarks, args, Console.Out, Console.Error);
