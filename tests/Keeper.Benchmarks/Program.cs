using Keeper.Benchmarks.Burst;
using Keeper.Benchmarks.Clients;
using Keeper.Benchmarks.Harness;

Benchmark[] benchmarks = [BurstBenchmark.Definition, ClientsBenchmark.Definition];
return await CommandLine.RunAsync(benchmarks, args, Console.Out, Console.Error);
