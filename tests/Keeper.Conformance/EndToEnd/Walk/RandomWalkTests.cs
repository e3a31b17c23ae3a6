using Keeper.Chain.Native;
using Keeper.Conformance.EndToEnd.Faults;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Mirror;
using Keeper.Host.Running;
using Keeper.Protocols.RefPerps;
using Microsoft.Extensions.Logging.Abstractions;
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
        await AssertSameAsync(scene);
        // Blocks that were mined since the walk ended.
        await witness.LookAsync(scene.Exchange);
        var judged = witness.Judge(await scene.Keeper.EntriesAsync());
        output.WriteLine($"{walk.Reorgs} reorgs, {walk.Faults} faults, {judged} plans sent");
        Assert.True(judged > 0, "The walk put nobody under water.");
        // Two transactions for one account may both come back with a reorg, and on the other branch the first may be enough: the second then fails, and that is no mistake of ours.
        Assert.NotEmpty(await scene.JudgeAsync(isAlone: false));
    }

    /// <summary>The control: the comparison sees a single log that was left out.</summary>
    [Fact]
    public async Task A_mirror_that_lacks_one_log_differs_from_a_fresh_one()
    {
        await using var client = Client(chain.Exchange);
        var (whole, _) = await BuildAsync(client, chain.Exchange);
        var (lacking, _) = await BuildAsync(client, chain.Exchange);
        var protocol = (RefPerpsProtocol)Assert.Single(lacking.Protocols);
        Assert.Empty(MirrorFields.Differences((RefPerpsProtocol)Assert.Single(whole.Protocols), protocol));

        // The last trade, as if it had never been: the account's position is what it was before.
        protocol.State.Positions.Set(protocol.State.Positions.Count - 1, protocol.State.Positions[protocol.State.Positions.Count - 1] with { Size = default });
        Assert.Single(MirrorFields.Differences((RefPerpsProtocol)whole.Protocols[0], protocol));
    }

    private static async Task AssertSameAsync(FaultScene scene)
    {
        await using var client = Client(scene.Exchange);
        // A rebuild of the keeper's mirror ends with the newest; the chain stands still.
        for (var looks = 0; ; looks++)
        {
            var (fresh, _) = await BuildAsync(client, scene.Exchange);
            var differences = MirrorFields.Differences((RefPerpsProtocol)fresh.Protocols[0], (RefPerpsProtocol)scene.Keeper.Mirrored[^1]);
            if (differences.Count == 0) return;
            // What is polled comes a little after its block.
            Assert.True(looks < 40, string.Join('\n', differences));
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        }
    }

    private static async Task<(Mirror Mirror, BlockHeader Header)> BuildAsync(NodeChainClient client, ExchangeChain exchange)
    {
        var (mirror, header) = await new MirrorBuilder(client, exchange.Setup.Profile, undo => [InProcessKeeper.ProtocolOf(exchange.Place, undo)], TimeProvider.System, NullLogger<MirrorBuilder>.Instance).BuildAsync(default);
        // What no log tells is polled, as with each block of a keeper at work.
        var polls = mirror.Protocols[0].PollReads();
        var answers = await client.CallAsync([.. polls.Select(poll => poll.Call)], new BlockId.ByHash(header.Ref.Hash), default);
        foreach (var (poll, answer) in polls.Zip(answers))
        {
            if (answer is CallResult.Returned(var data)) poll.Apply(data);
            else poll.Reverted?.Invoke();
        }
        return (mirror, header);
    }

    private static NodeChainClient Client(ExchangeChain exchange) => NodeChainClient.Create(
        NativeChainLibrary.Instance, new() { Profile = AnvilNode.Profile, Endpoints = [new() { Name = "fresh", HttpUrl = exchange.HttpUrl }], Seed = 1 },
        PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
}
