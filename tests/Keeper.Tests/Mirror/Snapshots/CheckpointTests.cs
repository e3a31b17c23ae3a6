using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Tests.Journal;
using Keeper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Keeper.Tests.Support.TestChainData;
using ChainMirror = Keeper.Core.Mirror.Mirror;

namespace Keeper.Tests.Mirror.Snapshots;

/// <summary>A mirror that is followed, and what is kept of it.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly SettableTime _time = new();
    private readonly ScriptedChain _chain = new();
    private readonly SnapshotStore _store;
    private readonly Checkpoints _checkpoints;
    private readonly ScriptedProtocol _protocol;
    private readonly ChainMirror _mirror;

    public CheckpointTests()
    {
        _store = new(_folder.File("mirror"), 31337, _time);
        _checkpoints = new(_chain, _store, new() { Every = TimeSpan.FromMinutes(10) }, _time, NullLogger<Checkpoints>.Instance);
        var undo = new UndoLog();
        _protocol = new(undo);
        _mirror = new([_protocol], undo, Block(100));
        _checkpoints.Begin();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_state_of_a_block_is_kept_once_the_block_is_final_whatever_came_after_it()
    {
        Next(101, 50);
        await WrittenAsync();
        Next(102, 60);
        Assert.Null(_store.Find());
        _checkpoints.OnFinalized(100);
        Assert.Null(_store.Find());
        _checkpoints.OnFinalized(101);
        await EventuallyAsync(() => _store.Find()?.Block == Block(101));
        var restored = new ScriptedProtocol(new());
        _store.Load(_store.Find()!, [restored]);
        Assert.Equal((50UL, 60UL), (restored.ValueOf(1)!.Value, _protocol.ValueOf(1)!.Value));
    }

    [Fact]
    public async Task A_reorg_below_its_block_throws_it_away()
    {
        Next(101, 50);
        await WrittenAsync();
        Next(102, 60);
        _checkpoints.OnReorg(100);
        _checkpoints.OnFinalized(102);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.Null(_store.Find());
    }

    [Fact]
    public async Task A_reorg_above_its_block_leaves_it()
    {
        Next(101, 50);
        await WrittenAsync();
        Next(102, 60);
        _checkpoints.OnReorg(101);
        _checkpoints.OnFinalized(101);
        await EventuallyAsync(() => _store.Find()?.Block == Block(101));
    }

    [Fact]
    public async Task A_reorg_while_it_is_written_throws_it_away()
    {
        Next(101, 50);
        _checkpoints.OnReorg(100);
        await WrittenAsync();
        Next(102, 60);
        _checkpoints.OnFinalized(102);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.Null(_store.Find());
    }

    [Fact]
    public async Task Sums_that_differ_are_told_and_nothing_is_kept()
    {
        Expect(2);
        Next(101, 50);
        IReadOnlyDictionary<string, string> told = new Dictionary<string, string>();
        var number = 102UL;
        await EventuallyAsync(() => told.Count > 0 || (told = Next(number++, 60)).Count > 0);
        Assert.Equal("accounts: 1 are mirrored, 2 are told", told["lend"]);
        _checkpoints.OnFinalized(200);
        Assert.False(File.Exists(_store.FilePath + ".new"));
    }

    [Fact]
    public async Task Sums_are_asked_for_at_the_very_block()
    {
        Expect(1);
        Next(101, 50);
        await WrittenAsync();
        Assert.Equal(BlockId.At(Block(101)), Assert.Single(_chain.Called).At);
    }

    [Fact]
    public async Task Where_the_node_does_not_tell_the_sums_nothing_is_kept_and_they_are_asked_again_soon()
    {
        Expect(1);
        var answer = _chain.Answer;
        _chain.Answer = (_, _) => new CallResult.Refused("busy");
        Next(101, 50);
        await EventuallyAsync(() => _chain.Called.Count == 1);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Next(102, 60);
        _chain.Answer = answer;
        _time.Advance(TimeSpan.FromMinutes(1));
        Next(103, 70);
        await WrittenAsync();
        Assert.Equal(BlockId.At(Block(103)), _chain.Called[^1].At);
    }

    [Fact]
    public async Task The_next_one_comes_after_its_time_and_replaces_the_first()
    {
        Next(101, 50);
        await WrittenAsync();
        Next(102, 60);
        _checkpoints.OnFinalized(101);
        await EventuallyAsync(() => _store.Find() is not null && !_checkpoints.IsWriting);
        Next(103, 70);
        Assert.False(File.Exists(_store.FilePath + ".new"));
        _time.Advance(TimeSpan.FromMinutes(10));
        Next(104, 80);
        await WrittenAsync();
        Next(105, 90);
        _checkpoints.OnFinalized(104);
        await EventuallyAsync(() => _store.Find()!.Block == Block(104));
    }

    [Theory]
    [InlineData("not believed")]
    [InlineData("wrong sums")]
    [InlineData("cannot be written")]
    [InlineData("cannot be summed")]
    public async Task What_is_wrong_with_one_protocol_keeps_no_other_out_of_the_snapshot(string fault)
    {
        var undo = new UndoLog();
        ScriptedProtocol lend = new(undo), swap = new(undo, "swap", address: 0x50a9);
        var mirror = new ChainMirror([lend, swap], undo, Block(100));
        mirror.Apply(Event(Block(101), lend.PriceLog(Block(101), 1, 50), swap.PriceLog(Block(101), 1, 60, index: 1)));
        switch (fault)
        {
            case "not believed": mirror.Distrust(lend, "a malformed log"); break;
            case "wrong sums": lend.Sums = _ => [new("accounts", new CallRequest(lend.Settings.Address, default), _ => "1 is mirrored, 2 are told")]; break;
            // What it wrote until then must not be in the file.
            case "cannot be written": lend.Saving = () => throw new InvalidOperationException("a bug"); break;
            case "cannot be summed": lend.Sums = _ => throw new InvalidOperationException("a bug"); break;
        }
        _chain.Answer = (_, _) => new CallResult.Returned(Word(1));
        _checkpoints.OnBlock(mirror, default);
        await WrittenAsync();
        mirror.Apply(Event(Block(102)));
        var told = _checkpoints.OnBlock(mirror, default);
        Assert.Equal(fault == "wrong sums" ? ["lend"] : [], told.Keys);
        _checkpoints.OnFinalized(101);
        await EventuallyAsync(() => _store.Find()?.Block == Block(101));
        Assert.Equal(fault == "cannot be summed" ? ["lend", "swap"] : ["swap"], _store.Find()!.Sections.Select(section => section.Name));
        var restored = new ScriptedProtocol(new(), "swap", address: 0x50a9);
        _store.Load(_store.Find()!, [restored]);
        Assert.Equal(60UL, restored.ValueOf(1));
    }

    private IReadOnlyDictionary<string, string> Next(ulong number, ulong value)
    {
        _mirror.Apply(Event(Block(number), _protocol.PriceLog(Block(number), 1, value)));
        return _checkpoints.OnBlock(_mirror, default);
    }

    /// <summary>The contract counts so many keys.</summary>
    private void Expect(ulong accounts)
    {
        _chain.Answer = (_, _) => new CallResult.Returned(Word(accounts));
        _protocol.Sums = values => [new("accounts", new CallRequest(_protocol.Settings.Address, default), data =>
            (ulong)new AbiReader(data.Span).ReadUInt256() is var told && told == (ulong)values.Count ? null : $"{values.Count} are mirrored, {told} are told")];
    }

    /// <summary>It is on the disk and was read back.</summary>
    private async Task WrittenAsync()
    {
        await EventuallyAsync(() => !_checkpoints.IsWriting && File.Exists(_store.FilePath + ".new") && IsWhole());

        bool IsWhole()
        {
            try
            {
                SnapshotStore.Verify(_store.FilePath + ".new");
                return true;
            }
            catch (SnapshotException)
            {
                return false;
            }
        }
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        for (var i = 0; i < 2_000 && !condition(); i++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.True(condition());
    }
}
