using System.Globalization;
using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Host.Configuration;
using Keeper.Tests.Tidy;

namespace Keeper.Tests.Host;

/// <summary>The profiles that are shipped: whole, each value with its source, and told by the README as they are.</summary>
public sealed class ChainProfilesTests
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "config");

    private static IEnumerable<string> Files => Directory.GetFiles(Path.Combine(Shipped, "chains"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file));

    public static TheoryData<string> Ids => [.. Files];

    [Fact]
    public void Each_chain_that_is_promised_has_a_profile() =>
        Assert.Equal(["1", "10", "137", "31337", "42161", "56", "8453"], Files.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void Each_value_of_a_profile_has_its_source_and_each_source_its_value(string id)
    {
        using var profile = Read(id);
        var values = profile.RootElement.EnumerateObject().Select(member => member.Name).Where(name => name[0] != '$');
        var sources = profile.RootElement.GetProperty("$sources").EnumerateObject().ToList();
        Assert.Equal(values.Order(StringComparer.Ordinal), sources.Select(source => source.Name).Order(StringComparer.Ordinal));
        Assert.All(sources, source => Assert.True(source.Value.GetString()!.Length > 10, $"{source.Name} names no source"));
    }

    /// <summary>A default that fits one chain is a guess on another: a profile that is shipped leaves nothing to it.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void A_profile_says_everything_that_has_a_default(string id)
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Shipped, "chain.schema.json")));
        using var profile = Read(id);
        var hasFeed = profile.RootElement.TryGetProperty("nativePriceFeed", out _);
        foreach (var key in schema.RootElement.GetProperty("properties").EnumerateObject().Where(key => key.Value.TryGetProperty("default", out _)))
            Assert.True(profile.RootElement.TryGetProperty(key.Name, out _) || (!hasFeed && key.Name == "nativePriceMaxAgeSeconds"), $"{id} leaves {key.Name} to its default");
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_readme_tells_a_profile_as_it_is(string id)
    {
        var profile = Load(id);
        var told = File.ReadLines(Path.Combine(Repository.Root, "README.md")).SkipWhile(line => line != "### Chain profiles").Skip(1).TakeWhile(line => !line.StartsWith('#'));
        var row = told.Single(line => line.Split('|') is [_, _, var second, ..] && second.Trim() == id).Split('|');
        Assert.Equal(profile.BlockTime.TotalSeconds.ToString(CultureInfo.InvariantCulture) + " s", row[3].Trim());
        Assert.StartsWith(profile.Ordering == TransactionOrdering.FirstCome ? "arrival" : "tip", row[4].Trim(), StringComparison.Ordinal);
        Assert.Equal(profile.TransactionGasCap.Value.ToString("N0", CultureInfo.InvariantCulture), row[5].Trim());
        Assert.Equal(profile.HasPublicMempool ? "yes" : "no", row[6].Trim());
    }

    private static ChainProfile Load(string id)
    {
        var result = KeeperConfig.Load(Path.Combine(Shipped, "keeper.json"), Needs.None, new Dictionary<string, string> { ["KEEPER__CHAIN__ID"] = id });
        Assert.Empty(result.Errors);
        return result.Options!.Chain.Profile;
    }

    private static JsonDocument Read(string id) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Shipped, "chains", $"{id}.json")));
}
