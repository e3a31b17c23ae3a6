using System.Diagnostics;
using System.Text.Json;
using Keeper.Host;
using Keeper.Host.Cli;

namespace Keeper.Conformance.EndToEnd;

[Collection(EndToEndCollection.Name)]
public sealed class DemoTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    /// <summary>The README's first command, smaller.</summary>
    [Fact]
    public async Task The_demo_misses_nothing_and_doubles_nothing()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await KeeperCli.InvokeAsync(["demo", "--json", "--accounts", "120", "--seed", "4"], TextReader.Null, output, error, NoVariables);

        var last = output.ToString().TrimEnd().Split('\n')[^1];
        using var summary = JsonDocument.Parse(last);
        var root = summary.RootElement;
        Assert.True(code == ExitCode.Ok, $"{last}\n{error}");
        Assert.Equal(0, root.GetProperty("missed").GetInt32());
        Assert.Equal(0, root.GetProperty("duplicates").GetInt32());
        Assert.True(root.GetProperty("liquidated").GetInt32() > 30, last);
        Assert.True(root.GetProperty("liquidated").GetInt32() <= root.GetProperty("unhealthy").GetInt32(), last);
        Assert.True(root.GetProperty("rewardUsd").GetDouble() > 0, last);
        Assert.True(root.GetProperty("transactions").GetInt32() > 0, last);
        string[] promised =
        [
            "protocol", "client", "seed", "accounts", "unhealthy", "liquidated", "missed", "duplicates", "maxBlocksLate", "transactions",
            "rejectedSends", "gasUsed", "rewardUsd", "oracleToBroadcastMs", "rpcRequestsPerBlock", "durationSeconds",
        ];
        Assert.All(promised, name => Assert.True(root.TryGetProperty(name, out _), name));
    }

    /// <summary>Side by side, each in a process of its own, to the end of the drop: borrowers of both are liquidated without capital.</summary>
    [Fact]
    public async Task The_demos_of_Aave_and_Morpho_miss_nothing_and_double_nothing()
    {
        string[] types = ["aave-v3", "morpho-blue"];
        var summaries = await Task.WhenAll(types.Select(type => RunAsync("demo", "--json", "--protocol", type, "--accounts", "30", "--rounds", "11", "--seed", "4")));
        foreach (var (type, (code, said)) in types.Zip(summaries))
        {
            Assert.True(code == (int)ExitCode.Ok, said);
            using var summary = JsonDocument.Parse(said.TrimEnd().Split('\n')[^1]);
            var root = summary.RootElement;
            Assert.Equal((type, 0, 0), (root.GetProperty("protocol").GetString(), root.GetProperty("missed").GetInt32(), root.GetProperty("duplicates").GetInt32()));
            Assert.True(root.GetProperty("liquidated").GetInt32() > 3, said);
            Assert.True(root.GetProperty("rewardUsd").GetDouble() > 0, said);
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "keeper.dll"), .. args]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    [Theory]
    [InlineData("--accounts", "0")]
    [InlineData("--accounts", "5001")]
    [InlineData("--accounts", "many")]
    [InlineData("--seed", "x")]
    [InlineData("--rounds", "29")]
    [InlineData("--protocol", "aave-v4")]
    public async Task Arguments_out_of_range_start_nothing(string option, string value)
    {
        var error = new StringWriter();
        var code = await KeeperCli.InvokeAsync(["demo", option, value], TextReader.Null, TextWriter.Null, error, NoVariables);
        Assert.Equal(ExitCode.Config, code);
        Assert.Contains(option, error.ToString());
    }
}
