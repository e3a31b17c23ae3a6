using Keeper.Core.Submission.Policy;
using Keeper.Tests.Support;

namespace Keeper.Tests.Submission.Controls;

/// <summary>The gate is all that stands before the key: a signer signs whatever fields it is given.</summary>
public sealed class PolicyControlTests
{
    public static TheoryData<string> Refused => [.. PolicyGateTests.Cases.Where(row => row[1] is PolicyRule).Select(row => (string)row[0])];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Without_the_gate_the_key_signs_what_each_of_its_rules_refuses(string name)
    {
        var fields = PolicyGateTests.FieldsOf(name);
        Assert.NotNull(PolicyGateTests.Judge(name));
        var signed = await new TextSigner().SignAsync(fields, default);
        Assert.Null(signed.DifferenceFrom(fields, new TextSigner().Address));
    }
}
