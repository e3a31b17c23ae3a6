using Keeper.Core.Chain.Nodes.Limits;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;

namespace Keeper.Tests.Host;

public sealed class HistoryProofsTests
{
    /// <summary>Seven tenths of a day's units are a long history's; each range of 100 blocks takes one request for logs and one for the header of its last block, for each query.</summary>
    [Theory]
    [InlineData(35_000, 1, 1, true)]
    [InlineData(35_001, 1, 1, false)]
    [InlineData(17_500, 2, 1, true)]
    [InlineData(17_501, 2, 1, false)]
    [InlineData(7_000, 1, 9, true)]
    [InlineData(7_001, 1, 9, false)]
    public void A_history_that_takes_more_than_a_days_units_is_warned_of(ulong blocks, ulong queries, int costOfLogs, bool fits)
    {
        var limits = new EndpointLimits { DailyCostUnits = 1_000, CostUnits = new Dictionary<string, int> { ["eth_getLogs"] = costOfLogs } };
        var proof = HistoryProofs.Budget(new EndpointOptions("paid", null, null) { Limits = limits }, width: 100, queries, first: 1, head: blocks);
        if (fits)
        {
            Assert.Null(proof);
            return;
        }
        Assert.Equal((ProofState.Warning, "chain.endpoints (paid): dailyCostUnits"), (proof!.State, proof.Field));
        Assert.Contains("units at least", proof.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_budget_or_a_history_nothing_is_warned_of()
    {
        Assert.Null(HistoryProofs.Budget(new EndpointOptions("free", null, null), 1, 1, 0, 1_000_000_000));
        Assert.Null(HistoryProofs.Budget(new EndpointOptions("paid", null, null) { Limits = new() { DailyCostUnits = 1 } }, 1, 1, first: 101, head: 100));
    }
}
