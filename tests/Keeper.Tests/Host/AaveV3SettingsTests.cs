using Keeper.Host.Configuration;
using Keeper.Protocols.AaveV3;
using Keeper.Protocols.Capital;

namespace Keeper.Tests.Host;

public sealed class AaveV3SettingsTests
{
    private const string Pool = """
        {
          "type": "aave-v3", "address": "0x1111111111111111111111111111111111111111", "deployBlock": 7,
          "capital": { "liquidator": "0x2222222222222222222222222222222222222222", "flashPremiumPpm": 500, "routes": [ { "from": "0x3333333333333333333333333333333333333333", "to": "0x4444444444444444444444444444444444444444", "swapper": "0x5555555555555555555555555555555555555555", "path": "0x01", "costPpm": 0 } ] }
        }
        """;

    [Fact]
    public void A_pool_needs_its_address_and_who_pays()
    {
        using var folder = new ConfigFolder();
        folder.AddProtocol("aave", Pool);
        var capital = Assert.IsType<AaveV3Options>(folder.Load().Require().Protocols.Single(protocol => protocol.Name == "aave").Options).Capital;
        Assert.Equal((CapitalFunding.Flash, 500u), (capital.Funding, capital.FlashPremiumPpm));
    }

    [Fact]
    public void Without_the_section_capital_it_is_refused_by_its_name()
    {
        using var folder = new ConfigFolder();
        folder.AddProtocol("aave", """{ "type": "aave-v3", "address": "0x1111111111111111111111111111111111111111", "deployBlock": 7 }""");
        Assert.Contains(folder.Load().Errors, error => error.Field.Contains("capital", StringComparison.Ordinal));
    }
}
