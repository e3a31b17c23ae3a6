using System.Text.RegularExpressions;
using Keeper.Tests.Tidy;

namespace Keeper.Tests.Metrics;

/// <summary>The README names the metrics that the sources make, and no others.</summary>
public sealed partial class ReadmeMetricsTests
{
    [Fact]
    public void The_readme_names_every_metric_and_none_that_there_is_not()
    {
        var separator = Path.DirectorySeparatorChar;
        var made = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{separator}obj{separator}", StringComparison.Ordinal))
            .SelectMany(file => Made().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToHashSet();
        var named = Named().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Select(match => match.Value).ToHashSet();
        Assert.True(made.Count > 40, $"only {made.Count} metrics were found in the sources");
        Faults.None([
            .. named.Except(made).Select(name => $"{name} is in the README, and nothing makes it"),
            .. made.Except(named).Select(name => $"{name} is made, and not in the README")]);
    }

    [GeneratedRegex("\"(keeper_[a-z0-9_]+)\"")]
    private static partial Regex Made();

    [GeneratedRegex(@"\bkeeper_[a-z0-9_]+\b")]
    private static partial Regex Named();
}
