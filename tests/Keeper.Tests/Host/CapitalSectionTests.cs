using System.Text.Json.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Configuration;
using Keeper.Protocols.Capital;

namespace Keeper.Tests.Host;

public sealed class CapitalSectionTests
{
    private const string A = "0x1111111111111111111111111111111111111111";
    private const string B = "0x2222222222222222222222222222222222222222";
    private const string Route = $$"""{ "from": "{{A}}", "to": "{{B}}", "swapper": "{{A}}", "path": "0x0102", "costPpm": 3000 }""";

    [Fact]
    public void It_is_read_in_full()
    {
        var (options, errors) = Read($$"""{ "liquidator": "{{B}}", "funding": "own-or-hold", "flashPremiumPpm": 500, "routes": [ {{Route}} ] }""");
        Assert.Empty(errors);
        Assert.Equal((Address.Parse(B), CapitalFunding.OwnOrHold, 500u), (options.Liquidator, options.Funding, options.FlashPremiumPpm));
        var route = Assert.Single(options.Routes);
        Assert.Equal((Address.Parse(A), Address.Parse(B), Address.Parse(A), 3_000u), (route.From, route.To, route.Swapper, route.CostPpm));
        Assert.Equal("0x0102", Hex.Encode(route.Path.Span));
    }

    [Fact]
    public void What_a_route_bears_is_in_whole_tokens_and_nothing_where_it_is_not_said()
    {
        var (options, errors) = Read($$"""{ "liquidator": "{{B}}", "routes": [ {{Route.Replace(" }", ", \"maxRepay\": \"1500.5\" }")}} ] }""");
        Assert.Empty(errors);
        Assert.Equal(UInt256.Parse("1500500000000000000000"), Assert.Single(options.Routes).MaxRepay);
        Assert.Null(Assert.Single(Read($$"""{ "liquidator": "{{B}}", "routes": [ {{Route}} ] }""").Options.Routes).MaxRepay);
    }

    [Fact]
    public void Without_routes_there_are_tokens_that_need_no_sale()
    {
        var (options, errors) = Read($$"""{ "liquidator": "{{B}}", "sameTokens": [ "{{A}}" ] }""");
        Assert.Empty(errors);
        Assert.Equal([Address.Parse(A)], options.SameTokens);
        Assert.Equal([Address.Parse(A)], options.DebtTokens);
        var routed = Read($$"""{ "liquidator": "{{B}}", "sameTokens": [ "{{A}}", "{{B}}" ], "routes": [ {{Route}} ] }""").Options;
        Assert.Equal([Address.Parse(B), Address.Parse(A)], routed.DebtTokens);
    }

    [Theory]
    [InlineData("""{ "liquidator": "B" }""", "capital.routes is missing")]
    [InlineData("""{ "liquidator": "B", "sameTokens": [ "A", "A" ] }""", "capital.sameTokens holds what is no address, or one twice")]
    [InlineData("""{ "liquidator": "B", "sameTokens": [ "0x1" ] }""", "capital.sameTokens holds what is no address, or one twice")]
    [InlineData("""{ "routes": [ ROUTE ] }""", "capital.liquidator is missing")]
    [InlineData("""{ "liquidator": "B", "routes": [ ROUTE, ROUTE ] }""", "capital.routes[1].from repeats the pair of another route")]
    [InlineData("""{ "liquidator": "B", "routes": [ { "from": "B", "to": "B", "swapper": "B", "path": "0x01", "costPpm": 0 } ] }""", "capital.routes[0].to is the token that is sold")]
    [InlineData("""{ "liquidator": "B", "routes": [ { "from": "A", "to": "B", "swapper": "B", "path": "0x0", "costPpm": 0 } ] }""", "capital.routes[0].path is \"0x0\"")]
    [InlineData("""{ "liquidator": "B", "routes": [ { "from": "A", "to": "B", "costPpm": 0 } ] }""", "capital.routes[0].swapper is missing")]
    [InlineData("""{ "liquidator": "B", "funding": "own-or-hold", "routes": [ { "from": "A", "to": "B", "swapper": "B", "costPpm": 0 } ] }""", "capital.routes[0].path is missing")]
    [InlineData("""{ "liquidator": "B", "funding": "credit", "routes": [ ROUTE ] }""", "capital.funding is \"credit\"")]
    [InlineData("""{ "liquidator": "B", "routs": [ ROUTE ], "routes": [ ROUTE ] }""", "capital.routs is not a known key")]
    public void What_is_wrong_is_told_by_its_field(string section, string error)
    {
        var (_, errors) = Read(section.Replace("ROUTE", Route).Replace("\"A\"", $"\"{A}\"").Replace("\"B\"", $"\"{B}\""));
        Assert.Equal(error, Assert.Single(errors));
    }

    private static (CapitalOptions Options, IReadOnlyList<string> Errors) Read(string section)
    {
        using var folder = new ConfigFolder();
        folder.Write("capital.json", JsonNode.Parse($$"""{ "capital": {{section}} }""")!);
        var errors = new List<ConfigError>();
        var tree = ConfigFile.Read(folder.In("capital.json"), "capital.json", errors);
        var options = CapitalSection.Read(new ConfigReader(new ConfigScope("", folder.Path, new Dictionary<string, string>(), errors), tree));
        return (options, [.. errors.Select(error => $"{error.Field} {error.Problem}")]);
    }
}
