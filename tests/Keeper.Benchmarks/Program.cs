using Keeper.Benchmarks.Burst;
using Keeper.Benchmarks.Clients;
using Keeper.Benchmarks.Harness;
using Keeper.Benchmarks.Restart;

Benchmark[] benchmarks = [BurstBenchmark.Definition, ClientsBenchmark.Definition, RestartBenchmark.Definition];
return await CommandLine.RunAsync(benchmarks, args, Console.Out, Console.Error);
