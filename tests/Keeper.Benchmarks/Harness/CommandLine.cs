namespace Keeper.Benchmarks.Harness;

/// <summary><c>NAME [--json] [--quick]</c>.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<Benchmark> benchmarks, string[] args, TextWriter output, TextWriter errors)
    {
        var names = args.Where(arg => !arg.StartsWith('-')).ToArray();
        var unknown = args.Except(names).Except(["--json", "--quick"]).ToArray();
        var benchmark = names.Length == 1 ? benchmarks.FirstOrDefault(item => item.Name == names[0]) : null;
        if (benchmark is null || unknown.Length > 0)
        {
            errors.WriteLine(unknown.Length > 0 ? $"unknown: {string.Join(' ', unknown)}" : names.Length == 1 ? $"there is no benchmark '{names[0]}'" : "name one benchmark");
            errors.WriteLine("usage: NAME [--json] [--quick]");
            foreach (var item in benchmarks) errors.WriteLine($"  {item.Name,-10} {item.Description}");
            return 2;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        var figures = new Figures();
        await benchmark.Run(new RunOptions(args.Contains("--quick"), errors), figures, stop.Token);
        if (Machine.Current.Build == "Debug") figures.Note("a Debug build: not to be quoted");
        if (!args.Contains("--json"))
        {
            foreach (var (id, value) in figures.Values) output.WriteLine($"{id,-40} {value,14:0.###}");
            foreach (var note in figures.Notes) output.WriteLine($"note: {note}");
        }
        output.WriteLine(figures.ToJson(benchmark.Name));
        return 0;
    }
}
