using System.Text.Json.Nodes;
using Keeper.Host.Configuration;

namespace Keeper.Tests.Host;

/// <summary>The section of a declared protocol: everything that is wrong is told at once, by its field.</summary>
public sealed class DeclaredSectionTests : IDisposable
{
    private readonly ConfigFolder _folder = new();
    private readonly JsonObject _file = (JsonObject)JsonNode.Parse(ConfigFolder.Declared)!;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_example_is_right() => Assert.Empty(Errors());

    [Theory]
    [InlineData("events.0.event", "\"AccountOpened(uint256 indexed id\"", "events[0].event has no ')' at its end")]
    [InlineData("events.0.account", "\"number\"", "events[0].account is \"number\", which the event does not have")]
    [InlineData("events.2.liquidator", "\"market\"", "events[2].liquidator is uint32")]
    [InlineData("views.0.function", "\"accountHealth(uint256 id) returns (int257 equity)\"", "views[0].function has the type int257, which is not supported")]
    [InlineData("views.0.function", "\"accountHealth(uint256 id)\"", "views[0].function returns nothing")]
    [InlineData("views.0.arguments", "[]", "views[0].arguments are 0")]
    [InlineData("views.0.arguments", "[ \"acount\" ]", "views[0].arguments[0] is \"acount\", which is an unknown placeholder")]
    [InlineData("views.1.name", "\"health\"", "views[1].name repeats the name of another view")]
    [InlineData("liquidatable", "\"health.equity\"", "liquidatable is no comparison")]
    [InlineData("liquidatable", "\"health.equity < health.margin\"", "liquidatable has \"health.margin\", which has no \"margin\"; there are equity, maintenance, initial")]
    [InlineData("liquidatable", "\"heath.equity < 1\"", "liquidatable has \"heath.equity\", which names no view; the views are health, account")]
    [InlineData("liquidatable", "\"account.owner < 1\"", "liquidatable has \"account.owner\", which is address and no number")]
    [InlineData("liquidatable", "\"account.markets < 1\"", "liquidatable has \"account.markets\", which is a list")]
    [InlineData("liquidatable", "\"1 < 2\"", "liquidatable compares two constants")]
    [InlineData("calls.0.arguments.1", "\"eech\"", "calls[0].arguments[1] is \"eech\", which names no view; the views are health, account")]
    [InlineData("calls.0.arguments.1", "\"4294967296\"", "calls[0].arguments[1] is \"4294967296\", which is no uint32")]
    [InlineData("calls.0.arguments.1", "\"account.owner\"", "calls[0].arguments[1] is \"account.owner\", which is address, where uint32 stands")]
    [InlineData("calls.0.arguments.1", "\"account.markets\"", "calls[0].arguments[1] is \"account.markets\", which is a list; forEach makes the call for each of its elements")]
    [InlineData("calls.0.forEach", "\"account.quote\"", "calls[0].forEach is one int256")]
    [InlineData("calls.0.forEach", null, "calls[0].arguments[1] is \"each\", which is each, and there is no forEach")]
    [InlineData("calls.0.expectedReward", "\"1.0000000000000000001\"", "calls[0].expectedReward is \"1.0000000000000000001\"")]
    [InlineData("calls.0.expectedReward", "\"account.quote\"", "calls[0].expectedReward is int256")]
    [InlineData("calls.0.expectedGas", "2000000", "calls[0].expectedGas exceeds gasLimit")]
    [InlineData("calls.0.function", "\"liquidatePosition(uint256,uint32[2],uint256) returns (uint256)\"", "calls[0].function takes uint32[2], which cannot be given here")]
    [InlineData("calls.0.function", "\"liquidatePosition(uint256,uint32[],uint256) returns (uint256)\"", "calls[0].arguments[1] is \"each\", which is one value, where a list such as [account] stands")]
    [InlineData("calls.0.arguments.0", "\"[account]\"", "calls[0].arguments[0] is \"[account]\", which names no view; the views are health, account")]
    [InlineData("calls.0.arguments.0", "\"executor\"", "calls[0].arguments[0] is \"executor\", which is address, where uint256 stands")]
    [InlineData("calls.0.function", "\"liquidatePosition(uint256,uint32,uint256)\"", "calls[0].returnsReward is true, and the function's signature does not say that it returns a uint first")]
    [InlineData("calls.0.when", "\"badDebt\"", "calls have none that liquidates")]
    [InlineData("badDebt", null, "calls[1].when is badDebt, and the section does not say what that is")]
    [InlineData("reward.usd", null, "reward.usd is missing, and feed is")]
    [InlineData("reward.usd", "\"0\"", "reward.usd is 0, or more than a token's smallest unit can be worth")]
    [InlineData("noLongerNeeded.1", "\"NotLiquidatable(uint256,int256,uint256)\"", "noLongerNeeded[1] repeats another error")]
    [InlineData("otherErrors.0", "\"Stale(time)\"", "otherErrors[0] has the type time, which is not supported")]
    [InlineData("accountCount", "\"accountCount() returns (address)\"", "accountCount is no view without arguments that returns one number")]
    [InlineData("accountsPerBlock", "3", "accountsPerBlock is 3")]
    [InlineData("acounts", "3", "acounts is not a known key")]
    public void What_is_wrong_is_told_by_its_field(string path, string? json, string error)
    {
        ConfigFolder.Set(_file, "declared." + path, json);
        Assert.Equal("declared." + error, Assert.Single(Errors()));
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        ConfigFolder.Set(_file, "declared.events.0.account", "\"x\"");
        ConfigFolder.Set(_file, "declared.liquidatable", "\"y < 1\"");
        ConfigFolder.Set(_file, "declared.calls.0.gasLimit", "1");
        ConfigFolder.Set(_file, "declared.calls.1.arguments.0", "\"z\"");
        ConfigFolder.Set(_file, "declared.reward.decimals", "99");
        Assert.Equal(
            ["declared.calls[0].expectedGas", "declared.calls[0].gasLimit", "declared.calls[1].arguments[0]", "declared.events[0].account", "declared.liquidatable", "declared.reward.decimals"],
            Errors().Select(error => error.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_the_section_there_is_no_such_protocol()
    {
        _file.Remove("declared");
        Assert.Equal("declared is missing", Assert.Single(Errors()));
    }

    private string[] Errors()
    {
        _folder.AddProtocol("exchange", _file.ToJsonString());
        return [.. _folder.Load().Errors.Select(error => $"{error.Field.Replace("protocols/exchange.json: ", "", StringComparison.Ordinal)} {error.Problem}")];
    }
}
