using Keeper.Conformance.Support.Faults;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Policy;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>Somebody else, or another branch, is there between the decision and the block.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class RaceFaultTests(FaultChain chain) : IClassFixture<FaultChain>
{
    [Fact]
    public async Task A_rival_that_is_first_in_the_same_block_is_named_and_nothing_is_tried_again()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        await scene.PriceAsync();
        await scene.UntilSentAsync();
        var plan = (await scene.Keeper.EntriesAsync<JournalEntry.Intended>())[0];
        foreach (var (target, gas, data) in ExecutorArguments.Decode(plan.Data.Span).Items)
        {
            await scene.Exchange.Rpc.RequestAsync("eth_sendTransaction", new Dictionary<string, object>
            {
                ["from"] = scene.Exchange.Deployment.Owner.ToString(),
                ["to"] = target.ToString(),
                ["data"] = Hex.Encode(data.Span),
                ["gas"] = ((UInt256)(gas + 100_000)).ToString("x", null),
                ["maxFeePerGas"] = Wei.FromGwei(5_000),
                ["maxPriorityFeePerGas"] = Wei.FromGwei(1_000),
            });
        }
        await scene.MineAsync();
        await scene.UntilCalmAsync();
        await scene.MineAsync(3);
        await scene.HandledAsync();

        await scene.JudgeAsync(isAlone: false);
        var settled = (await scene.Keeper.EntriesAsync<JournalEntry.Settled>())[0];
        Assert.All(settled.Outcomes, outcome =>
        {
            Assert.Equal(Outcome.Raced, outcome.Outcome);
            Assert.Equal(scene.Exchange.Deployment.Owner, outcome.Rival?.Liquidator);
        });
        // One transaction that lost, and no other for the same shortfall.
        var again = (await scene.Keeper.EntriesAsync<JournalEntry.Intended>()).Skip(1).SelectMany(later => later.Items).Select(item => item.Account);
        Assert.Empty(again.Intersect(plan.Items.Select(item => item.Account)));
    }

    [Fact]
    public async Task A_reorg_between_simulation_and_send_lets_nothing_out_that_the_new_branch_has_no_use_for()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync(setup => setup with { Endpoints = [.. setup.Endpoints.Select(endpoint => endpoint with { RequestTimeout = TimeSpan.FromSeconds(60) })] });
        // No hint, so that the block of the price is linked before anything is decided: else nobody would hear of a reorg.
        scene.Proxy.IsMute = true;
        var executor = scene.Exchange.Deployment.Executor;
        var reorganised = 0;
        scene.Proxy.On("eth_call", async call =>
        {
            var answer = await call.ForwardAsync();
            if (Address.Parse(call.Parameter(0).GetProperty("to").GetString()!) != executor || Interlocked.Exchange(ref reorganised, 1) == 1) return answer;
            // The price is gone; the answer to its simulation comes when the keeper has heard of it.
            await scene.ReorgAsync(1);
            for (var i = 0; i < 1_000 && !scene.Keeper.Lines.Any(line => line.Contains("The chain went back to block", StringComparison.Ordinal)); i++)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            return answer;
        });
        await scene.PriceAsync();
        await scene.UntilAsync("a simulation was overtaken", () => scene.Keeper.Lines.Any(line => line.Contains("The chain went back to block", StringComparison.Ordinal)), mines: false);
        Assert.Equal(1, reorganised);
        await scene.MineAsync(4);
        await scene.HandledAsync();
        Assert.Empty(scene.Proxy.Sends);
        Assert.Empty(await scene.Keeper.EntriesAsync<JournalEntry.Signed>());
        Assert.Equal(0UL, await scene.Exchange.NonceAsync(scene.Operator));
    }
}
