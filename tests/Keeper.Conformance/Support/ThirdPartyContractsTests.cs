using Keeper.Host.Demo;

namespace Keeper.Conformance.Support;

public sealed class ThirdPartyContractsTests
{
    [Theory]
    [InlineData(ThirdPartyContracts.AaveV30, "Pool", 7)]
    [InlineData(ThirdPartyContracts.AaveV36, "PoolInstance", 5)]
    [InlineData(ThirdPartyContracts.MorphoBlue, "Morpho", 0)]
    [InlineData(ThirdPartyContracts.UniswapV3, "SwapRouter", 0)]
    public async Task The_contracts_of_a_protocol_can_be_deployed(string set, string contract, int libraries)
    {
        var artifact = (await ThirdPartyContracts.OpenAsync(set, default)).Load(contract);
        Assert.Equal(libraries, artifact.Libraries.Count);
        Assert.InRange(artifact.DeployedLength, 1_000, 24_576);
    }

    [Fact]
    public async Task A_contract_that_a_set_does_not_have_is_named()
    {
        var contracts = await ThirdPartyContracts.OpenAsync(ThirdPartyContracts.AaveV30, default);
        Assert.Contains("Nonesuch", Assert.Throws<ArgumentException>(() => contracts.Load("Nonesuch")).Message);
    }
}
