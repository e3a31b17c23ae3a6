using Keeper.Core.Chain;
using Keeper.Core.Chain.Following;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Nodes.Health;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Chain.Following;

/// <summary>Right after a start at block 100 the first endpoint says that block 50 is final, which was not followed: the others are asked what they have there.</summary>
public sealed class FinalityWatchTests
{
    private readonly SteppedTime _time = new();
    private readonly ListLogger<FinalityWatchTests> _log = new();
    private readonly EventQueue _queue = new(Block(100));
    private readonly List<ScriptedReads> _nodes = [];
    private NodeRouter _router = null!;
    private FinalityWatch _watch = null!;

    [Fact]
    public async Task One_that_is_silent_stalls_nothing_and_changes_nothing()
    {
        Start(Says(50), Silent);
        await LookAsync(100);
        await LookAsync(150);
        Assert.Empty(Told());
        Assert.Equal((1, 1), (_nodes[0].Asked, _nodes[1].Asked));
        _time.Advance(FinalityProof.Patience);
        await EventuallyToldAsync(150, 50);
        Assert.Empty(_log.Lines);
        Assert.Null(_router.Board.AsideOf(1));
    }

    [Fact]
    public async Task One_that_has_the_same_block_makes_it_final()
    {
        Start(Says(50), Has(branch: 0));
        await LookAsync(100);
        await EventuallyToldAsync(101, 50);
    }

    [Fact]
    public async Task One_that_has_no_block_there_changes_nothing()
    {
        Start(Says(50), (_, _) => Task.FromResult<IReadOnlyList<BlockHeader?>>([null]));
        await LookAsync(100);
        await EventuallyToldAsync(101, 50);
    }

    [Fact]
    public async Task A_single_endpoint_is_believed_at_once()
    {
        Start(Says(50));
        await LookAsync(100);
        Assert.Equal([50UL], Told());
    }

    [Fact]
    public async Task Of_two_that_disagree_none_is_believed_and_both_are_named()
    {
        Start(Says(50), Has(branch: 1));
        await LookAsync(100);
        await EventuallyAsync(() => !_log.Lines.IsEmpty);
        await LookAsync(101);
        Assert.Empty(Told());
        Assert.Equal(["Error: Block 50 is not taken as final: a says so, and b have another block there."], _log.Lines);
        // A few blocks later it is asked again.
        await EventuallyAsync(() => _nodes[1].Asked == 2, look: 150);
    }

    [Fact]
    public async Task Of_three_the_one_that_disagrees_is_put_aside_by_its_name()
    {
        Start(Says(50), Has(branch: 0), Has(branch: 1));
        await LookAsync(100);
        await EventuallyToldAsync(101, 50);
        Assert.Equal((null, AsideReason.Fork), (_router.Board.AsideOf(1), _router.Board.AsideOf(2)));
        Assert.Equal(["Error: Endpoint c is put aside: fork. Nothing is read from it until it is found right again."], _log.Lines);
    }

    [Fact]
    public async Task Of_three_the_one_that_says_it_alone_is_put_aside_and_not_believed()
    {
        Start(Says(50), Has(branch: 1), Has(branch: 1));
        await LookAsync(100);
        await EventuallyAsync(() => _router.Board.AsideOf(0) is not null);
        await LookAsync(101);
        Assert.Empty(Told());
        Assert.Equal((AsideReason.Fork, null, null), (_router.Board.AsideOf(0), _router.Board.AsideOf(1), _router.Board.AsideOf(2)));
    }

    [Fact]
    public async Task A_block_that_was_followed_needs_nobody_else()
    {
        Start(Says(99), Silent);
        await LookAsync(100);
        Assert.Equal([99UL], Told());
        Assert.Equal(0, _nodes[1].Asked);
    }

    private static Func<IReadOnlyList<BlockId>, CancellationToken, Task<IReadOnlyList<BlockHeader?>>> Says(ulong final) =>
        (blocks, _) => Task.FromResult<IReadOnlyList<BlockHeader?>>([blocks[0] is BlockId.Tagged ? ScriptedReads.HeaderOf(Block(final)) : null]);

    private static Func<IReadOnlyList<BlockId>, CancellationToken, Task<IReadOnlyList<BlockHeader?>>> Has(ulong branch) =>
        (blocks, _) => Task.FromResult<IReadOnlyList<BlockHeader?>>([blocks[0] is BlockId.ByNumber(var number) ? ScriptedReads.HeaderOf(Block(number, branch)) : null]);

    private static async Task<IReadOnlyList<BlockHeader?>> Silent(IReadOnlyList<BlockId> blocks, CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        return [];
    }

    private void Start(params Func<IReadOnlyList<BlockId>, CancellationToken, Task<IReadOnlyList<BlockHeader?>>>[] nodes)
    {
        foreach (var headers in nodes) _nodes.Add(new(((char)('a' + _nodes.Count)).ToString()) { Headers = headers });
        _router = ScriptedReads.Router(_time, _log, [.. _nodes]);
        _watch = new(
            _router.For(RequestPurpose.Audit), FollowOptions.For(TestProfile.Fast), _queue, block => block.Number > 150, block => block.Number >= 98, new(_router.For(RequestPurpose.Audit), _time, _log));
    }

    /// <summary>Nothing in it may wait for another endpoint, nor for time.</summary>
    private Task LookAsync(ulong last) => _watch.LookAsync(Block(last), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

    /// <summary>What was answered is taken up by the look after it.</summary>
    private async Task EventuallyToldAsync(ulong last, ulong final)
    {
        var told = new List<ulong>();
        for (var i = 0; i < 1_000 && told.Count == 0; i++)
        {
            await LookAsync(last);
            told.AddRange(Told());
            if (told.Count == 0) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
        Assert.Equal([final], told);
    }

    private async Task EventuallyAsync(Func<bool> condition, ulong? look = null)
    {
        for (var i = 0; i < 1_000 && !condition(); i++)
        {
            if (look is { } last) await LookAsync(last);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
        Assert.True(condition());
    }

    private List<ulong> Told()
    {
        var told = new List<ulong>();
        while (_queue.Reader.TryRead(out var happened)) told.Add(Assert.IsType<ChainEvent.Finalized>(happened).Number);
        return told;
    }
}
