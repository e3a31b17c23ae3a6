using System.Text.Json;
using System.Text.RegularExpressions;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Tests.Tidy;

namespace Keeper.Tests.Host;

/// <summary>The deployments that are shipped as examples: each fact has its source, and addresses and ids are what they claim.</summary>
public sealed partial class ShippedDeploymentsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "config", "protocols");

    /// <summary>What is declared, and the reference exchange, stand on a local node: their addresses are examples.</summary>
    private static IEnumerable<string> Files => Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!)
        .Where(name => name != "refperps" && !name.EndsWith("-declared", StringComparison.Ordinal));

    public static TheoryData<string> Names => [.. Files];

    [Fact]
    public void The_main_deployments_are_shipped() => Assert.Equal(
        ["aave-v3-arbitrum", "aave-v3-base", "aave-v3-bnb", "aave-v3-ethereum", "aave-v3-optimism", "aave-v3-polygon", "morpho-blue-base", "morpho-blue-ethereum"],
        Files.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_fact_has_its_source_and_each_address_its_checksum(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, name + ".json"));
        using var file = JsonDocument.Parse(text);
        var sources = file.RootElement.GetProperty("$sources").EnumerateObject().ToDictionary(source => source.Name, source => source.Value.GetString()!);
        foreach (var key in file.RootElement.EnumerateObject().Where(key => key.Name[0] != '$' && key.Name != "type"))
            Assert.Contains(sources.Keys, source => source == key.Name || source.StartsWith(key.Name + ".", StringComparison.Ordinal));
        var addresses = Quoted().Matches(text).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(addresses);
        Assert.All(addresses, address => Assert.Equal(AddressChecksum.Format(Address.Parse(address)), address));
    }

    /// <summary>Of the shape that the sources give it: loan, collateral, oracle, rate model, lltv.</summary>
    [Theory]
    [InlineData("morpho-blue-ethereum")]
    [InlineData("morpho-blue-base")]
    public void A_market_is_the_hash_of_the_parameters_that_its_source_tells(string name)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")));
        var told = file.RootElement.GetProperty("$sources").GetProperty("morphoBlue.markets").GetString()!;
        var words = new AbiWriter();
        foreach (Match address in Addresses().Matches(told)) words.Word(Address.Parse(address.Value));
        words.Word(UInt256.Parse(told[(told.LastIndexOf(' ') + 1)..]));
        Assert.Equal(file.RootElement.GetProperty("morphoBlue").GetProperty("markets")[0].GetString(), Keccak.Hash(words.ToArray()).ToString());
    }

    [GeneratedRegex("\"(0x[0-9a-fA-F]{40})\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("0x[0-9a-fA-F]{40}")]
    private static partial Regex Addresses();
}
