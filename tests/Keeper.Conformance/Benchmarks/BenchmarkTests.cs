using System.Diagnostics;
using System.Text.Json;
using Keeper.Chain.Nethereum;
using Keeper.Conformance.EndToEnd;

namespace Keeper.Conformance.Benchmarks;

/// <summary>The benchmarks run and print what they promise; what they measured is not judged. Beside nothing else: a send that a block overtakes is refused.</summary>
[Collection(EndToEndCollection.Name)]
public class BenchmarkTests
{
    [Fact]
    public async Task The_clients_benchmark_ends_with_one_line_of_figures_for_each_client_that_is_built_in()
    {
        var (code, output, errors) = await RunAsync("clients", "--quick", "--json");
        Assert.True(code == 0, errors);
        using var report = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        Assert.Equal("clients", report.RootElement.GetProperty("name").GetString());
        Assert.True(report.RootElement.GetProperty("machine").GetProperty("cores").GetInt32() > 0);
        var figures = report.RootElement.GetProperty("figures").EnumerateObject().ToDictionary(figure => figure.Name, figure => figure.Value.GetDouble());
        string[] works = ["decode_us", "encode_us", "sign_us", "notify_p50_us", "notify_p99_us"];
        Assert.All(works, work => Assert.True(figures[$"clients.native.{work}"] > 0, work));
        Assert.All(works, work => Assert.Equal(NethereumLibrary.Instance is not null, figures.ContainsKey($"clients.nethereum.{work}")));
        Assert.All(works, work => Assert.Equal(NethereumLibrary.Instance is not null, figures.ContainsKey($"clients.ratio.{work}")));
    }

    [Fact]
    public async Task The_burst_benchmark_clears_its_crowd_and_tells_what_it_took()
    {
        var (code, output, errors) = await RunAsync("burst", "--quick", "--json");
        Assert.True(code == 0, errors);
        using var report = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        var figures = report.RootElement.GetProperty("figures").EnumerateObject().ToDictionary(figure => figure.Name, figure => figure.Value.GetDouble());
        Assert.Equal((0, 0, 0), (figures["burst.left"], figures["burst.duplicates"], figures["burst.rejected"]));
        Assert.True(figures["burst.blocks_10"] >= figures["burst.blocks_least_10"] && figures["burst.blocks_least_10"] >= 1);
        Assert.True(figures["burst.transactions_10"] >= figures["burst.transactions_least_10"] && figures["burst.transactions_least_10"] >= 1);
        Assert.True(figures["burst.sends_per_success"] >= 1);
    }

    [Fact]
    public async Task The_restart_benchmark_starts_from_the_snapshot_that_it_wrote()
    {
        var (code, output, errors) = await RunAsync("restart", "--quick", "--json");
        Assert.True(code == 0, errors);
        using var report = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        var figures = report.RootElement.GetProperty("figures").EnumerateObject().ToDictionary(figure => figure.Name, figure => figure.Value.GetDouble());
        Assert.All(["restart.seconds_1m", "restart.first_scan_seconds_1m", "restart.write_seconds_1m", "restart.file_megabytes_1m"], id => Assert.True(figures[id] > 0, id));
    }

    [Fact]
    public async Task The_ingest_benchmark_tells_logs_a_second_and_what_undo_takes()
    {
        var (code, output, errors) = await RunAsync("ingest", "--quick", "--json");
        Assert.True(code == 0, errors);
        using var report = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        var figures = report.RootElement.GetProperty("figures").EnumerateObject().ToDictionary(figure => figure.Name, figure => figure.Value.GetDouble());
        Assert.All(["ingest.logs_per_second", "ingest.document_logs_per_second", "ingest.ratio_to_document", "ingest.undo_bytes_per_log"], id => Assert.True(figures[id] > 0, id));
    }

    [Fact]
    public async Task The_steady_benchmark_tells_what_a_block_costs_by_method()
    {
        var (code, output, errors) = await RunAsync("steady", "--quick", "--json");
        Assert.True(code == 0, errors);
        using var report = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        var figures = report.RootElement.GetProperty("figures").EnumerateObject().ToDictionary(figure => figure.Name, figure => figure.Value.GetDouble());
        Assert.True(figures["steady.requests_per_block"] >= figures["steady.eth_call_per_block_20"] && figures["steady.eth_call_per_block_20"] > 0);
        Assert.True(figures["steady.requests_per_block"] >= figures["steady.round_trips_per_block_20"]);
    }

    [Fact]
    public async Task A_name_that_is_none_is_refused_with_the_names_there_are()
    {
        var (code, _, errors) = await RunAsync("nothing");
        Assert.Equal(2, code);
        Assert.Contains("clients", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory); // tests/Keeper.Conformance/bin/<configuration>/<framework>
        var program = Path.Combine(here.Parent!.Parent!.Parent!.Parent!.FullName, "Keeper.Benchmarks", "bin", here.Parent.Name, here.Name, "Keeper.Benchmarks.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await errors);
    }
}
