using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain;
using Keeper.Core.Journal;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>A node that tells other logs than the chain has. The mirror is judged against one that is built anew from the node itself.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class CompletenessFaultTests(FaultChain chain) : IClassFixture<FaultChain>
{
    private const string Receipts = "eth_getBlockReceipts", Logs = "eth_getLogs";

    private static readonly Dictionary<string, (FaultRule Receipts, FaultRule Logs)> Lies = new()
    {
        ["a log left out"] = (LyingLogs.ReceiptsLeaveOneOut, LyingLogs.LeaveOneOut),
        ["an empty list, as of a node that is behind"] = (LyingLogs.ReceiptsTellNone, LyingLogs.None),
        ["a log too many"] = (LyingLogs.ReceiptsInventOne, LyingLogs.InventOne),
    };

    public static TheoryData<string> LieNames => [.. Lies.Keys];

    [Theory]
    [MemberData(nameof(LieNames))]
    public async Task An_endpoint_that_tells_other_logs_is_refused_and_the_mirror_stays_exact(string lie)
    {
        await using var scene = await chain.SceneAsync(endpoints: 2);
        await scene.StartAsync(Unaudited);
        scene.Proxy.On(Receipts, Lies[lie].Receipts).On(Logs, Lies[lie].Logs);
        await scene.DepositAsync();
        await scene.PriceAsync();
        await scene.UntilCalmAsync();

        await scene.JudgeAsync();
        Assert.Single(scene.Keeper.Mirrored);
    }

    /// <summary>The control: the same without the proof.</summary>
    [Theory]
    [MemberData(nameof(LieNames))]
    public async Task Without_the_proof_the_mirror_goes_wrong(string lie)
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync(setup => Unaudited(setup) with { Profile = setup.Profile with { Completeness = LogCompleteness.Agreement } });
        scene.Proxy.On(Logs, Lies[lie].Logs);
        await scene.DepositAsync();
        await scene.HandledAsync();
        Assert.NotEmpty(await scene.DifferencesAsync());
    }

    [Fact]
    public async Task While_nobody_proves_a_block_nothing_is_decided_on_it_and_readiness_says_why()
    {
        await using var scene = await chain.SceneAsync(endpoints: 2);
        await scene.StartAsync();
        foreach (var proxy in scene.Proxies) proxy.On(Receipts, LyingLogs.ReceiptsLeaveOneOut);
        await scene.PriceAsync();
        await scene.UntilAsync("it says why it is not ready", () => scene.Keeper.Readiness.Report().Any(entry => entry.Reason?.Contains("do not hash to the block's root", StringComparison.Ordinal) == true), mines: false);
        var before = scene.Keeper.Readiness.Report().Single(entry => entry.Reason is not null).Reason!;
        Assert.Contains("node", before, StringComparison.Ordinal);
        Assert.DoesNotContain("://", before, StringComparison.Ordinal);
        await scene.MineAsync(3);
        // A hint of the price is acted on, on the last block that was proven and marked as what it is: simulation judges it.
        Assert.All(await scene.Keeper.EntriesAsync<JournalEntry.Intended>(), plan => Assert.True(plan.FromHint));
        Assert.False(scene.Keeper.IsReady);

        foreach (var proxy in scene.Proxies) proxy.Mend();
        await scene.UntilCalmAsync();
        Assert.True(scene.Keeper.IsReady);
        await scene.JudgeAsync();
    }

    /// <summary>The audit reads accounts anew from the contract, and would heal what a lie did.</summary>
    private static KeeperSetup Unaudited(KeeperSetup setup) => setup with { Audit = new() { AccountsPerBlock = 0 } };
}
