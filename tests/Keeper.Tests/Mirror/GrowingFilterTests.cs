using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Keeper.Tests.Support.TestChainData;
using ChainMirror = Keeper.Core.Mirror.Mirror;

namespace Keeper.Tests.Mirror;

/// <summary>A log under key 7 lists the contract of a market, whose own log under key 8 makes a second one known. What they say in the block that lists them counts from that block on.</summary>
public sealed class GrowingFilterTests
{
    private static readonly Address First = ScriptedProtocol.AddressOf(0xa1), Second = ScriptedProtocol.AddressOf(0xa2);

    private readonly List<uint> _order = [];
    private readonly ScriptedProtocol _lend, _swap;
    private readonly ChainMirror _mirror;

    public GrowingFilterTests()
    {
        var undo = new UndoLog();
        _lend = Listing(undo);
        _swap = new(undo, "swap", address: 0x50a9);
        _lend.Applied = log => _order.Add(log.LogIndex);
        _mirror = new([_lend, _swap], undo, Block(100));
    }

    [Fact]
    public void What_a_contract_says_in_the_block_that_lists_it_is_asked_for_and_applied_in_its_place()
    {
        _mirror.Apply(Event(Block(101), Price(0, 1), Price(2, 7), Price(5, 2)));
        Assert.Equal([First], Assert.Single(_mirror.Unread!.Queries).Addresses);
        Assert.Equal([0u, 2u], _order);
        _mirror.Add([From(First, 6, 3), From(First, 4, 4)]);
        Assert.Null(_mirror.Unread);
        Assert.Equal([0u, 2u, 4u, 5u, 6u], _order);
        Assert.Equal((3UL, 4UL), (_lend.ValueOf(3)!.Value, _lend.ValueOf(4)!.Value));
    }

    [Fact]
    public void What_it_said_before_the_log_that_lists_it_comes_right_behind_that()
    {
        _mirror.Apply(Event(Block(101), Price(0, 1), Price(3, 7), Price(5, 2)));
        _mirror.Add([From(First, 1, 3), From(First, 2, 4), From(First, 4, 5)]);
        Assert.Equal([0u, 3u, 1u, 2u, 4u, 5u], _order);
    }

    [Fact]
    public void What_that_makes_known_is_asked_for_until_nothing_is_left()
    {
        _mirror.Apply(Event(Block(101), Price(0, 7), Price(9, 2)));
        _mirror.Add([From(First, 3, 8)]);
        Assert.Equal([Second], Assert.Single(_mirror.Unread!.Queries).Addresses);
        _mirror.Add([From(Second, 2, 5), From(Second, 6, 6)]);
        Assert.Null(_mirror.Unread);
        Assert.Equal([0u, 3u, 2u, 6u, 9u], _order);
    }

    [Fact]
    public void A_reorg_takes_it_back_with_the_block_and_the_other_branch_is_asked_anew()
    {
        _mirror.Apply(Event(Block(101), Price(0, 7)));
        _mirror.Add([From(First, 1, 3)]);
        _mirror.Apply(new ChainEvent.Reorg(Block(100)));
        Assert.Equal((null, null), (_lend.ValueOf(3), _lend.ValueOf(7)));
        Assert.DoesNotContain(First, _mirror.Filter.Any.Addresses);

        var other = Block(101, branch: 1, after: Block(100));
        _mirror.Apply(Event(other, _lend.PriceLog(other, 7, 7)));
        Assert.NotNull(_mirror.Unread);
        _mirror.Apply(new ChainEvent.Reorg(Block(100)));
        Assert.Null(_mirror.Unread);
        _mirror.Apply(Event(Block(101), Price(0, 1)));
        Assert.Equal(1UL, _lend.ValueOf(1));
    }

    [Fact]
    public void On_half_a_block_none_is_put()
    {
        _mirror.Apply(Event(Block(101), Price(0, 7)));
        Assert.Throws<MirrorException>(() => _mirror.Apply(Event(Block(102))));
    }

    /// <summary>Another protocol wants them anyway: nothing has to be read, and it is not told a log twice.</summary>
    [Fact]
    public void What_is_there_for_another_protocol_is_not_asked_for_again()
    {
        _swap.Filter = new([First], [ScriptedProtocol.Price]);
        var swapped = new List<uint>();
        _swap.Applied = log => swapped.Add(log.LogIndex);
        _mirror.Apply(Event(Block(101), From(First, 0, 3), Price(1, 7), From(First, 2, 4)));
        Assert.Null(_mirror.Unread);
        Assert.Equal([1u, 0u, 2u], _order);
        Assert.Equal([0u, 2u], swapped);
    }

    /// <summary>Something that was read beside the blocks made it grow: the block was told without it.</summary>
    [Fact]
    public void What_was_wanted_before_the_block_and_not_read_with_it_is_asked_for_first()
    {
        var read = _mirror.Filter;
        _lend.Filter = new([_lend.Settings.Address, First], [ScriptedProtocol.Price]);
        _mirror.Apply(Event(Block(101), Price(1, 1)), read);
        Assert.Empty(_order);
        _mirror.Add([From(First, 0, 3), From(First, 2, 4)]);
        Assert.Equal([0u, 1u, 2u], _order);
    }

    [Fact]
    public void A_filter_that_grows_without_end_is_not_followed_and_its_protocol_alone_is_not_believed()
    {
        var next = 0x1000UL;
        _lend.Applied = _ => _lend.Filter = new([.. _lend.Filter.Any.Addresses, ScriptedProtocol.AddressOf(++next)], [ScriptedProtocol.Price]);
        _mirror.Apply(Event(Block(101), Price(0, 1)));
        var asked = 0;
        for (; _mirror.Unread is { } wanted && asked < 5_000; asked++) _mirror.Add([From(Assert.Single(wanted.Queries[0].Addresses), (uint)asked + 1, 1)]);
        Assert.InRange(asked, 500, 2_000);
        Assert.Equal("lend: the logs that it wants have no end", _mirror.Doubted);
        Assert.Equal([_swap], _mirror.Trusted);
    }

    [Theory]
    [InlineData(70_000UL)]
    [InlineData(120_000UL)]
    public async Task History_in_which_it_grows_is_read_again_for_what_it_grew_by_from_that_block_on(ulong newest)
    {
        var chain = new ScriptedChain { Newest = Block(newest) };
        Log[] history =
        [
            Price(0, 1, 8_040), From(First, 1, 2, 8_049), From(First, 0, 3, 8_060), Price(1, 7, 8_060), From(First, 2, 4, 8_060), Price(0, 5, 8_061), From(First, 1, 8, 8_061), From(Second, 0, 6, 8_062),
            From(First, 0, 9, newest),
        ];
        chain.History = history;
        ScriptedProtocol? built = null;
        var told = new List<(ulong, uint)>();
        var builder = new MirrorBuilder(
            chain, TestProfile.Fast,
            undo =>
            {
                built = Listing(undo);
                built.Applied = log => told.Add((log.BlockNumber, log.LogIndex));
                return [built];
            },
            new SettableTime(), NullLogger<MirrorBuilder>.Instance);
        var (mirror, _) = await builder.BuildAsync(default);
        Assert.Equal([(8_040UL, 0u), (8_060, 1), (8_060, 0), (8_060, 2), (8_061, 0), (8_061, 1), (8_062, 0), (newest, 0)], told);
        Assert.Null(mirror.Doubted);
        Assert.Equal([(0UL, 1_999UL), (2_000, 51_999), (8_060, 51_999), (8_061, 51_999)], chain.Replayed.Take(4));
        Assert.Null(built!.ValueOf(2));
    }

    private static ScriptedProtocol Listing(UndoLog undo)
    {
        var protocol = new ScriptedProtocol(undo);
        LogFilter[] filters = [.. ((Address[][])[[], [First], [First, Second]]).Select(more => new LogFilter([protocol.Settings.Address, .. more], [ScriptedProtocol.Price]))];
        protocol.Wanted = () => filters[protocol.ValueOf(7) is null ? 0 : protocol.ValueOf(8) is null ? 1 : 2];
        return protocol;
    }

    private Log Price(uint index, ulong key, ulong block = 101) => _lend.PriceLog(Block(block), key, key, index);

    private Log From(Address contract, uint index, ulong key, ulong block = 101) => Price(index, key, block) with { Address = contract };
}
