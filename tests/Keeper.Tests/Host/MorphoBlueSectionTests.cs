using System.Text.Json.Nodes;
using Keeper.Core.Primitives;
using Keeper.Protocols.MorphoBlue;

namespace Keeper.Tests.Host;

public sealed class MorphoBlueSectionTests
{
    [Fact]
    public void It_is_read_in_full()
    {
        using var folder = new ConfigFolder();
        folder.AddProtocol("morpho", ConfigFolder.MorphoBlue);
        var options = Assert.IsType<MorphoBlueOptions>(folder.Load().Require().Protocols[1].Options);
        Assert.Equal(Hash32.Parse(ConfigFolder.Market), Assert.Single(options.Markets));
        var wad = UInt256.Parse("1000000000000000000");
        Assert.Equal(new LoanTokenOptions(Address.Parse(ConfigFolder.Executor), null, wad, wad * 250_000UL), Assert.Single(options.LoanTokens));
        Assert.Equal(Address.Parse(ConfigFolder.Executor), options.Capital.Liquidator);
    }

    [Theory]
    [InlineData("morphoBlue", null, "morphoBlue is missing")]
    [InlineData("capital", null, "capital is missing")]
    [InlineData("morphoBlue.markets", """[ "0x12" ]""", "morphoBlue.markets holds what is no market's id, or one twice")]
    [InlineData("morphoBlue.markets", """[ "0xAB11111111111111111111111111111111111111111111111111111111111111", "0xab11111111111111111111111111111111111111111111111111111111111111" ]""", "morphoBlue.markets holds what is no market's id, or one twice")]
    [InlineData("morphoBlue.loanTokens.0.usd", null, "morphoBlue.loanTokens[0].usdFeed or usd must say what the token is worth, and not both")]
    [InlineData("morphoBlue.loanTokens.0.usdFeed", $"\"{ConfigFolder.Executor}\"", "morphoBlue.loanTokens[0].usdFeed or usd must say what the token is worth, and not both")]
    [InlineData("morphoBlue.oracle", "1", "morphoBlue.oracle is not a known key")]
    [InlineData("type", "\"refperps\"", "morphoBlue is not a known key")]
    public void What_is_wrong_is_told_by_its_field(string path, string? json, string error)
    {
        using var folder = new ConfigFolder();
        var file = (JsonObject)JsonNode.Parse(ConfigFolder.MorphoBlue)!;
        ConfigFolder.Set(file, path, json);
        folder.AddProtocol("morpho", file.ToJsonString());
        Assert.Contains($"protocols/morpho.json: {error}", folder.Load().Errors.Select(found => $"{found.Field} {found.Problem}"));
    }
}
