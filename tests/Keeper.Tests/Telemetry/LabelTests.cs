using System.Text.RegularExpressions;
using Keeper.Core.Chain;
using Keeper.Core.OrderFlow;
using Keeper.Core.Planning;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Policy;
using Keeper.Core.Submission.Rivals;
using Keeper.Core.Telemetry;

namespace Keeper.Tests.Telemetry;

public sealed partial class LabelTests
{
    [Theory]
    [InlineData(SkipReason.BelowMinProfit, "below_min_profit")]
    [InlineData(SkipReason.Halted, "halted")]
    [InlineData(SkipReason.ExceedsGasCap, "exceeds_gas_cap")]
    public void Words_are_joined_by_underscores(SkipReason reason, string label) => Assert.Equal(label, Label.Of(reason));

    [Fact]
    public void Labels_of_a_set_differ_and_fit_a_metric()
    {
        AssertClosed<SkipReason>();
        AssertClosed<Outcome>();
        AssertClosed<SendError>();
        AssertClosed<ChainFault>();
        AssertClosed<SigningFault>();
        AssertClosed<AbandonReason>();
        AssertClosed<BackoffReason>();
        AssertClosed<Breaker>();
        AssertClosed<Doing>();
        AssertClosed<PolicyRule>();
        AssertClosed<Route>();
    }

    private static void AssertClosed<T>() where T : struct, Enum
    {
        var labels = Enum.GetValues<T>().Select(Label.Of).ToArray();
        Assert.Equal(labels.Length, labels.Distinct().Count());
        Assert.All(labels, label => Assert.Matches(Snake(), label));
    }

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex Snake();
}
