using Keeper.Chain.Native.Crypto;
using Keeper.Host.Contracts;

namespace Keeper.Tests.Host;

public class LiquidatorContractTests
{
    [Fact]
    public void Selectors_are_those_of_the_signatures() =>
        Assert.All(LiquidatorContract.All, known => Assert.Equal(Keccak.Selector(known.Signature), known.Selector));

    [Fact]
    public void Errors_that_the_keeper_explains_are_those_of_the_contract()
    {
        var errors = Artifact.Load(Artifact.LiquidatorName).Errors;
        Assert.All(Keeper.Protocols.Capital.CapitalCalls.AllErrors, error => Assert.Equal(error.Signature, errors[error.Selector]));
    }
}
