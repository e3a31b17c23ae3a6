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
            "client", "seed", "accounts", "unhealthy", "liquidated", "missed", "duplicates", "maxBlocksLate", "transactions",
            "rejectedSends", "gasUsed", "rewardUsd", "oracleToBroadcastMs", "rpcRequestsPerBlock", "durationSeconds",
        ];
        Assert.All(promised, name => Assert.True(root.TryGetProperty(name, out _), name));
    }

    [Theory]
    [InlineData("--accounts", "0")]
    [InlineData("--accounts", "5001")]
    [InlineData("--accounts", "many")]
    [InlineData("--seed", "x")]
    public async Task Arguments_out_of_range_start_nothing(string option, string value)
    {
        var error = new StringWriter();
        var code = await KeeperCli.InvokeAsync(["demo", option, value], TextReader.Null, TextWriter.Null, error, NoVariables);
        Assert.Equal(ExitCode.Config, code);
        Assert.Contains(option, error.ToString());
    }
}
