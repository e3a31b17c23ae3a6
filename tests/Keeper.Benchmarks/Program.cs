using Keeper.Benchmarks.Burst;
using Keeper.Benchmarks.Clients;
using Keeper.Benchmarks.Harness;
using Keeper.Benchmarks.Ingest;
using Keeper.Benchmarks.Restart;
using Keeper.Benchmarks.Steady;

Benchmark[] benchmarks = [BurstBenchmark.Definition, ClientsBenchmark.Definition, IngestBenchmark.Definition, RestartBenchmark.Definition, SteadyBenchmark.Definition];
return await CommandLine.RunAsync(benchmarks, args, Console.Out, Console.Error);
