using System.Text.RegularExpressions;
using Keeper.Tests.Support;
using Keeper.Tests.Tidy;

namespace Keeper.Tests.Metrics;

/// <summary>The alerts that an operator is given: rules that Prometheus takes, tried by its own tool, on metrics that are there.</summary>
public sealed partial class AlertRulesTests
{
    private const string HowToGet = "sudo apt-get install prometheus";

    private static readonly string Folder = Path.Combine(Repository.Root, "config", "alerts");

    [RequiresToolFact("promtool", HowToGet)]
    public async Task Prometheus_takes_the_rules() => await RequireAsync(0, "check", "rules", Path.Combine(Folder, "keeper.rules.yml"));

    [RequiresToolFact("promtool", HowToGet)]
    public async Task They_fire_when_they_should_and_not_before() => await RequireAsync(0, "test", "rules", Path.Combine(Folder, "keeper.rules.test.yml"));

    /// <summary>The control: a case that expects nothing where something fires is not passed.</summary>
    [RequiresToolFact("promtool", HowToGet)]
    public async Task A_case_that_is_wrong_is_seen()
    {
        using var folder = new Journal.TemporaryDirectory();
        File.Copy(Path.Combine(Folder, "keeper.rules.yml"), folder.File("keeper.rules.yml"));
        File.WriteAllText(folder.File("wrong.yml"), """
            rule_files: [keeper.rules.yml]
            evaluation_interval: 15s
            tests:
            - interval: 15s
              input_series: [{series: 'keeper_breaker_open{breaker="operator"}', values: '1x20'}]
              alert_rule_test: [{eval_time: 2m, alertname: KeeperBreakerOpen, exp_alerts: []}]
            """);
        await RequireAsync(1, "test", "rules", folder.File("wrong.yml"));
    }

    [Fact]
    public void Every_metric_that_they_name_is_one_of_the_keepers_and_in_the_readme()
    {
        var rules = File.ReadAllText(Path.Combine(Folder, "keeper.rules.yml"));
        var named = MetricName().Matches(rules).Select(match => match.Value).Distinct().ToArray();
        Assert.True(named.Length > 20, $"only {named.Length} metrics were found");
        var made = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*Instruments.cs", SearchOption.AllDirectories)
            .SelectMany(file => MadeMetric().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToHashSet();
        Faults.None(named.Except(made).Select(name => $"{name} is in the rules, and no instrument has that name"));
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        Faults.None(named.Where(name => !readme.Contains(name, StringComparison.Ordinal)).Select(name => $"{name} is in the rules and not in the README"));
    }

    private static async Task RequireAsync(int code, params string[] arguments)
    {
        var (told, output) = await Promtool.RunAsync(arguments);
        Assert.True(told == code, output);
    }

    [GeneratedRegex("keeper_[a-z0-9_]+")]
    private static partial Regex MetricName();

    [GeneratedRegex("\"(keeper_[a-z0-9_]+)\"")]
    private static partial Regex MadeMetric();
}
