using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;
using ChainMirror = Keeper.Core.Mirror.Mirror;

namespace Keeper.Tests.Mirror;

public sealed class MirrorTests
{
    private readonly ScriptedProtocol _lend, _swap;
    private readonly ChainMirror _mirror;

    public MirrorTests()
    {
        var undo = new UndoLog();
        _lend = new(undo);
        _swap = new(undo, "swap", address: 0x50a9);
        _mirror = new([_lend, _swap], undo, Block(100));
    }

    [Fact]
    public void A_block_that_follows_is_applied_with_its_logs()
    {
        Assert.True(_mirror.Apply(Event(Block(101), _lend.PriceLog(Block(101), 1, 50))));
        Assert.Equal(Block(101), _mirror.Head);
        Assert.Equal([Block(100)], _mirror.Ancestors);
        Assert.Equal(50u, _lend.ValueOf(1));
        Assert.Null(_swap.ValueOf(1));
    }

    [Fact]
    public void A_block_with_another_parent_is_refused()
    {
        var error = Assert.Throws<MirrorException>(() => _mirror.Apply(Event(Block(101, branch: 1))));
        Assert.Contains("does not follow", error.Message);
        Assert.Equal(Block(100), _mirror.Head);
    }

    [Fact]
    public void A_block_two_ahead_is_refused() => Assert.Throws<MirrorException>(() => _mirror.Apply(Event(Block(102))));

    [Fact]
    public void A_hint_is_applied_on_top_and_dropped_by_the_block_that_comes()
    {
        Assert.True(_mirror.Apply(Hint(101, 1, 50)));
        Assert.Equal((Block(101).Hash, 50UL), (_mirror.HintBlock!.Value, _lend.ValueOf(1)!.Value));
        Assert.Equal(Block(100), _mirror.Head);

        // The block says something else than the hint did: only the block counts.
        _mirror.Apply(Event(Block(101), _lend.PriceLog(Block(101), 2, 7)));
        Assert.Null(_mirror.HintBlock);
        Assert.Null(_lend.ValueOf(1));
        Assert.Equal(7UL, _lend.ValueOf(2));
    }

    [Theory]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(102)]
    public void A_hint_that_is_not_ahead_by_one_changes_nothing(ulong number)
    {
        Assert.False(_mirror.Apply(Hint(number, 1, 50)));
        Assert.Null(_mirror.HintBlock);
        Assert.Null(_lend.ValueOf(1));
    }

    [Fact]
    public void What_is_changed_beneath_a_hint_stays_when_the_hint_goes()
    {
        _mirror.Apply(Event(Block(101)));
        _mirror.Apply(Hint(102, 1, 50));
        _mirror.Apply(Hint(102, 2, 60));
        _mirror.Amend(() => _lend.Values.Put(1UL, 40UL));
        Assert.Equal((50UL, 60UL, Block(102).Hash), (_lend.ValueOf(1), _lend.ValueOf(2), _mirror.HintBlock));
        _mirror.Apply(Event(Block(102)));
        Assert.Equal((40UL, null), (_lend.ValueOf(1), _lend.ValueOf(2)));
        _mirror.Amend(() => _lend.Values.Put(1UL, 30UL));
        _mirror.Apply(new ChainEvent.Reorg(Block(101)));
        Assert.Equal(40UL, _lend.ValueOf(1));
        _mirror.Apply(new ChainEvent.Reorg(Block(100)));
        Assert.Null(_lend.ValueOf(1));
    }

    [Fact]
    public void It_has_its_block_those_before_it_and_the_hints_and_no_other()
    {
        for (ulong number = 101; number <= 103; number++) _mirror.Apply(Event(Block(number)));
        _mirror.Apply(Hint(104, 1, 50));
        Assert.All((ulong[])[100UL, 101, 102, 103, 104], number => Assert.True(_mirror.Has(Block(number).Hash, number)));
        Assert.All((ulong[])[101UL, 103, 104, 105], number => Assert.False(_mirror.Has(Block(number, branch: 1).Hash, number)));
        _mirror.Apply(new ChainEvent.Reorg(Block(102)));
        Assert.All((ulong[])[103UL, 104], number => Assert.False(_mirror.Has(Block(number).Hash, number)));
        _mirror.Apply(new ChainEvent.Finalized(102));
        Assert.True(_mirror.Has(Block(101).Hash, 101));
    }

    [Fact]
    public void A_supposed_update_is_on_top_at_the_time_of_its_block_until_it_is_withdrawn()
    {
        _mirror.Apply(Event(Block(101), _lend.PriceLog(Block(101), 1, 50)));
        var update = new PendingUpdate(ScriptedPool.Transmission(1, 60), Block(102).Timestamp);
        Assert.True(_mirror.Suppose(update));
        Assert.Equal((update, 60UL, Block(102).Timestamp), (_mirror.Supposed!, _lend.ValueOf(1)!.Value, _mirror.TimeFor(_lend)));
        Assert.Equal(Block(101), _mirror.Head);
        _mirror.Withdraw();
        Assert.Equal((null, 50UL, Block(101).Timestamp), (_mirror.Supposed, _lend.ValueOf(1)!.Value, _mirror.TimeFor(_lend)));
        _mirror.Withdraw();
        Assert.Equal(50UL, _lend.ValueOf(1));
    }

    [Fact]
    public void What_is_no_update_and_what_a_hint_is_ahead_of_is_not_supposed()
    {
        var update = new PendingUpdate(ScriptedPool.Transmission(1, 60), Block(101).Timestamp);
        Assert.False(_mirror.Suppose(update with { Transaction = update.Transaction with { Data = new byte[4] } }));
        _mirror.Apply(Hint(101, 1, 50));
        Assert.False(_mirror.Suppose(update));
        Assert.Equal(50UL, _lend.ValueOf(1));
    }

    [Fact]
    public void A_hint_that_is_ignored_leaves_the_one_before_it()
    {
        _mirror.Apply(Hint(101, 1, 50));
        Assert.False(_mirror.Apply(Hint(102, 1, 60)));
        Assert.Equal(50UL, _lend.ValueOf(1));
    }

    [Fact]
    public void Two_hints_of_one_block_stack()
    {
        _mirror.Apply(Hint(101, 1, 50));
        _mirror.Apply(Hint(101, 2, 60));
        Assert.Equal((50UL, 60UL), (_lend.ValueOf(1)!.Value, _lend.ValueOf(2)!.Value));
        _mirror.Apply(Event(Block(101)));
        Assert.Equal((null, null), (_lend.ValueOf(1), _lend.ValueOf(2)));
    }

    [Fact]
    public void A_hint_of_another_block_replaces_the_first()
    {
        _mirror.Apply(Hint(101, 1, 50));
        _mirror.Apply(Hint(101, 2, 60, branch: 1));
        Assert.Equal(Block(101, 1).Hash, _mirror.HintBlock);
        Assert.Equal((null, 60UL), (_lend.ValueOf(1), _lend.ValueOf(2)));
    }

    [Fact]
    public void A_reorg_goes_back_to_the_ancestor_and_drops_the_hint()
    {
        _mirror.Apply(Event(Block(101), _lend.PriceLog(Block(101), 1, 50)));
        _mirror.Apply(Event(Block(102), _lend.PriceLog(Block(102), 1, 60)));
        _mirror.Apply(Event(Block(103), _lend.PriceLog(Block(103), 2, 70)));
        _mirror.Apply(Hint(104, 3, 80));
        Assert.True(_mirror.Apply(new ChainEvent.Reorg(Block(101))));
        Assert.Equal((Block(101), null, 50UL, null, null), (_mirror.Head, _mirror.HintBlock, _lend.ValueOf(1), _lend.ValueOf(2), _lend.ValueOf(3)));
        Assert.Equal([Block(100)], _mirror.Ancestors);

        var other = Block(102, branch: 1, after: Block(101));
        Assert.True(_mirror.Apply(Event(other, _lend.PriceLog(other, 1, 65))));
        Assert.Equal((other, 65UL), (_mirror.Head, _lend.ValueOf(1)!.Value));
    }

    [Fact]
    public void A_reorg_to_the_head_itself_undoes_the_hint_only()
    {
        _mirror.Apply(Event(Block(101), _lend.PriceLog(Block(101), 1, 50)));
        _mirror.Apply(Hint(102, 1, 60));
        _mirror.Apply(new ChainEvent.Reorg(Block(101)));
        Assert.Equal((Block(101), 50UL), (_mirror.Head, _lend.ValueOf(1)!.Value));
    }

    [Fact]
    public void A_reorg_below_the_first_block_needs_a_new_mirror()
    {
        _mirror.Apply(Event(Block(101)));
        var error = Assert.Throws<MirrorException>(() => _mirror.Apply(new ChainEvent.Reorg(Block(99))));
        Assert.Contains("below every block that can be undone", error.Message);
    }

    [Theory]
    [InlineData(ChainMirror.RetainedBlocks, true)]
    [InlineData(ChainMirror.RetainedBlocks + 1, false)]
    public void A_reorg_may_be_as_deep_as_blocks_are_retained(int depth, bool isPossible)
    {
        var last = 100UL + ChainMirror.RetainedBlocks + 5;
        for (var number = 101UL; number <= last; number++) _mirror.Apply(Event(Block(number), _lend.PriceLog(Block(number), 1, number)));
        Assert.Equal(ChainMirror.RetainedBlocks, _mirror.Ancestors.Count);
        Assert.Equal(Block(last - 1), _mirror.Ancestors[0]);

        var ancestor = Block(last - (ulong)depth);
        if (!isPossible)
        {
            Assert.Throws<MirrorException>(() => _mirror.Apply(new ChainEvent.Reorg(ancestor)));
            return;
        }
        _mirror.Apply(new ChainEvent.Reorg(ancestor));
        Assert.Equal(ancestor.Number, _lend.ValueOf(1));
    }

    [Theory]
    [InlineData(101, 2)]
    [InlineData(103, 0)]
    [InlineData(110, 0)]
    [InlineData(0, 3)]
    public void Finalized_blocks_are_forgotten(ulong final, int left)
    {
        for (var number = 101UL; number <= 103; number++) _mirror.Apply(Event(Block(number)));
        _mirror.Apply(new ChainEvent.Finalized(final));
        Assert.Equal(left, _mirror.Ancestors.Count);
        if (left > 0) _mirror.Apply(new ChainEvent.Reorg(Block(103 - (ulong)left)));
        Assert.Throws<MirrorException>(() => _mirror.Apply(new ChainEvent.Reorg(Block(102 - (ulong)left))));
    }

    [Fact]
    public void A_finalized_height_under_a_hint_leaves_the_hint_undoable()
    {
        _mirror.Apply(Event(Block(101)));
        _mirror.Apply(Hint(102, 1, 50));
        _mirror.Apply(new ChainEvent.Finalized(101));
        _mirror.Apply(Event(Block(102)));
        Assert.Null(_lend.ValueOf(1));
    }

    [Fact]
    public void A_malformed_log_faults_its_protocol_and_no_other()
    {
        var dirty = Log(Block(101), _lend.Settings.Address, ScriptedProtocol.Price, [1, 2, 3], index: 4);
        _mirror.Apply(Event(Block(101), dirty, _swap.PriceLog(Block(101), 1, 50)));
        Assert.StartsWith("log 4 of block 101", _mirror.FaultOf(_lend));
        Assert.Null(_mirror.FaultOf(_swap));
        Assert.Equal(50UL, _swap.ValueOf(1));
    }

    [Fact]
    public void A_malformed_hint_is_nobodys_fault_until_its_block_tells_it()
    {
        var dirty = Log(Block(101), _lend.Settings.Address, ScriptedProtocol.Price, [1, 2, 3]);
        _mirror.Apply(new ChainEvent.OracleHint(dirty));
        Assert.Null(_mirror.FaultOf(_lend));
        _mirror.Apply(Event(Block(101), dirty));
        Assert.NotNull(_mirror.FaultOf(_lend));
    }

    [Fact]
    public void A_log_that_contradicts_the_state_faults_its_protocol_and_the_first_fault_stays()
    {
        _mirror.Apply(Event(Block(101), Log(Block(101), _lend.Settings.Address, ScriptedProtocol.Inconsistent, [], index: 1)));
        _mirror.Apply(Event(Block(102), Log(Block(102), _lend.Settings.Address, ScriptedProtocol.Price, [], index: 2)));
        Assert.StartsWith("log 1 of block 101", _mirror.FaultOf(_lend));
    }

    [Fact]
    public void A_log_of_a_stranger_or_of_another_topic_is_nobodys()
    {
        _mirror.Apply(Event(
            Block(101), Log(Block(101), ScriptedProtocol.AddressOf(0xc107e), ScriptedProtocol.Price, Word(1)), Log(Block(101), _lend.Settings.Address, new Hash32((UInt256)1u), [])));
        Assert.Null(_mirror.FaultOf(_lend));
        Assert.Equal(0, _lend.Values.Count);
    }

    [Fact]
    public void Filters_are_the_union_of_the_protocols_filters()
    {
        Assert.Equal([_lend.Settings.Address, _swap.Settings.Address], _mirror.Filter.Any.Addresses);
        Assert.Equal([ScriptedProtocol.Price], _mirror.Hints.Any.Topics);
    }

    [Fact]
    public void Evaluations_use_the_block_time_or_that_of_a_price_ahead_of_it()
    {
        _lend.LatestOracleTime = Block(100).Timestamp + 12;
        Assert.Equal(Block(100).Timestamp, _mirror.TimeFor(_lend));
        _mirror.Apply(Hint(101, 1, 50));
        Assert.Equal(Block(100).Timestamp + 12, _mirror.TimeFor(_lend));
        Assert.Equal(Block(100).Timestamp, _mirror.TimeFor(_swap));
    }

    /// <summary>Whatever the order of blocks, hints and reorgs: the state is that of the canonical blocks alone.</summary>
    [Fact]
    public void After_any_events_the_state_is_that_of_a_mirror_that_saw_only_the_canonical_blocks() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), script =>
        {
            var undo = new UndoLog();
            var protocol = new ScriptedProtocol(undo);
            var mirror = new ChainMirror([protocol], undo, Block(100));
            var canonical = new List<ChainEvent.Block>();
            foreach (var (step, code) in script.Index())
            {
                var head = mirror.Head;
                switch (code % 4)
                {
                    case 0:
                        var ahead = new BlockRef(head.Number + 1, BlockHash(head.Number + 1, 1000 + (ulong)step), head.Hash, head.Timestamp + 12);
                        mirror.Apply(new ChainEvent.OracleHint(protocol.PriceLog(ahead, (ulong)code % 5, 999)));
                        break;
                    case 1 when canonical.Count > 0:
                        var back = Math.Min(canonical.Count, code / 4 % 4 + 1);
                        canonical.RemoveRange(canonical.Count - back, back);
                        mirror.Apply(new ChainEvent.Reorg(canonical.Count > 0 ? canonical[^1].Ref : Block(100)));
                        break;
                    default:
                        var block = new BlockRef(head.Number + 1, BlockHash(head.Number + 1, (ulong)step + 1), head.Hash, head.Timestamp + 12);
                        canonical.Add(Event(block, protocol.PriceLog(block, (ulong)code % 7, (ulong)step)));
                        mirror.Apply(canonical[^1]);
                        break;
                }
            }
            var freshUndo = new UndoLog();
            var fresh = new ScriptedProtocol(freshUndo);
            var expected = new ChainMirror([fresh], freshUndo, Block(100));
            foreach (var block in canonical) expected.Apply(block);
            // An event that changes nothing drops the last hint.
            mirror.Apply(new ChainEvent.Reorg(mirror.Head));
            Assert.Equal(expected.Head, mirror.Head);
            Assert.Equal(Rows(fresh), Rows(protocol));
        }));

    private static IEnumerable<(UInt256, UInt256)> Rows(ScriptedProtocol protocol) =>
        Enumerable.Range(0, protocol.Values.Count).Select(row => (protocol.Values.KeyAt(row), protocol.Values[row])).ToArray();

    private ChainEvent.OracleHint Hint(ulong number, ulong key, ulong value, ulong branch = 0) => new(_lend.PriceLog(Block(number, branch), key, value));
}
