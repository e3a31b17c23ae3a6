using Keeper.Conformance.EndToEnd.Faults;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd.Walk;

/// <summary>Hundreds of random steps of a chain and of its endpoints under a working keeper; KEEPER_WALK_SEED=n plays one seed again.</summary>
public sealed class RandomWalkTests(FaultChain chain, ITestOutputHelper output) : IClassFixture<FaultChain>
{
    private const int Steps = 500;

    public static TheoryData<int> Seeds => Environment.GetEnvironmentVariable("KEEPER_WALK_SEED") is { } seed
        ? [int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture)]
        : [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("KEEPER_TESTS") == "full" ? 40 : 2)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task After_a_random_walk_the_mirror_is_that_of_a_fresh_start_and_nothing_was_sent_for_a_state_that_never_was(int seed)
    {
        output.WriteLine($"seed {seed}");
        var witness = new Witness(TimeProvider.System);
        await using var scene = await chain.SceneAsync(endpoints: 2);
        var walk = new RandomWalk(scene, witness, seed, output.WriteLine);
        foreach (var proxy in scene.Proxies) walk.Watch(proxy);
        await witness.LookAsync(scene.Exchange);
        // Reorgs upon reorgs go deeper than each of them: what was taken for final would be given up.
        await scene.StartAsync(setup => setup with { Submission = new() { DeadlineBlocks = 100 }, Profile = AnvilNode.Profile with { Completeness = LogCompleteness.ReceiptsRoot, FinalityDepth = 64 } });

        await walk.RunAsync(Steps);

        await walk.RefreshAsync();
        await scene.UntilAsync("it is ready", () => scene.Keeper.IsReady);
        await scene.UntilCalmAsync();
        await scene.HandledAsync();
        // Blocks that were mined since the walk ended.
        await witness.LookAsync(scene.Exchange);
        var judged = witness.Judge(await scene.Keeper.EntriesAsync());
        output.WriteLine($"{walk.Reorgs} reorgs, {walk.Faults} faults, {judged} plans sent, at most {witness.Latest.TotalMilliseconds:F0} ms after word of another branch");
        Assert.True(judged > 0, "The walk put nobody under water.");
        // Two transactions for one account may both come back with a reorg, and on the other branch the first may be enough: the second then fails, and that is no mistake of ours.
        Assert.NotEmpty(await scene.JudgeAsync(isAlone: false));
    }

    /// <summary>The control: the comparison sees a single log that was left out.</summary>
    [Fact]
    public async Task A_mirror_that_lacks_one_log_differs_from_a_fresh_one()
    {
        var (whole, lacking) = (await FreshMirror.BuildAsync(chain.Exchange), await FreshMirror.BuildAsync(chain.Exchange));
        Assert.Empty(MirrorFields.Differences(whole, lacking));

        // The last trade, as if it had never been: the account's position is what it was before.
        lacking.State.Positions.Set(lacking.State.Positions.Count - 1, lacking.State.Positions[lacking.State.Positions.Count - 1] with { Size = default });
        Assert.Single(MirrorFields.Differences(whole, lacking));
    }
}
