using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Tests.Journal;
using Keeper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Mirror.Snapshots;

/// <summary>A start with a snapshot: what is read, what is refused, and that history is the same in the end.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly SettableTime _time = new();
    private readonly ScriptedChain _chain = new() { Newest = Block(120_000) };
    private readonly SnapshotStore _store;
    private readonly List<ScriptedProtocol> _made = [];
    private Func<UndoLog, ScriptedProtocol[]> _make = undo => [new(undo)];

    public RestoreTests()
    {
        _store = new(_folder.File("mirror"), 31337, _time);
        _chain.Header = block => block is BlockId.ByNumber(var number) ? Block(number) : _chain.Newest;
        _chain.History = [Price(10, 1, 50), Price(60_000, 2, 60), Price(110_000, 1, 70), Price(119_999, 3, 80)];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_continues_behind_the_snapshot_and_has_what_history_gives()
    {
        await KeepAsync(100_000);
        var (mirror, header) = await Builder().BuildAsync(default);
        Assert.Equal([(100_001UL, 120_000UL)], _chain.Replayed);
        Assert.Equal((Block(120_000), Block(120_000)), (mirror.Head, header.Ref));
        Assert.Equal(await FromHistoryAsync(), Values(_made[0]));
    }

    [Fact]
    public async Task With_a_snapshot_of_the_newest_block_no_log_is_asked_for()
    {
        await KeepAsync(120_000);
        var (mirror, _) = await Builder().BuildAsync(default);
        Assert.Empty(_chain.Replayed);
        Assert.Equal(Block(120_000), mirror.Head);
    }

    [Fact]
    public async Task A_snapshot_of_a_block_that_was_reorged_out_gives_way_to_history()
    {
        await KeepAsync(100_000);
        _chain.Header = block => block is BlockId.ByNumber(100_000) ? Block(100_000, branch: 1) : block is BlockId.ByNumber(var number) ? Block(number) : _chain.Newest;
        await Builder().BuildAsync(default);
        Assert.Equal(0UL, _chain.Replayed[0].From);
        Assert.Null(_store.Find());
        Assert.True(File.Exists(_store.FilePath + ".refused"));
    }

    [Fact]
    public async Task A_damaged_snapshot_gives_way_to_history_and_nothing_of_it_is_in_the_mirror()
    {
        await KeepAsync(100_000, (99, 99));
        var bytes = await File.ReadAllBytesAsync(_store.FilePath);
        bytes[20] ^= 1;
        await File.WriteAllBytesAsync(_store.FilePath, bytes);
        await Builder().BuildAsync(default);
        Assert.Equal(await FromHistoryAsync(), Values(_made[^1]));
    }

    [Fact]
    public async Task A_node_that_does_not_have_the_snapshots_block_yet_is_waited_for_and_the_snapshot_stays()
    {
        await KeepAsync(100_000);
        _chain.Newest = Block(90_000);
        await Assert.ThrowsAsync<ChainException>(() => Builder().BuildAsync(default));
        Assert.Equal(Block(100_000), _store.Find()!.Block);
    }

    [Fact]
    public async Task A_protocol_that_the_snapshot_lacks_gets_its_own_history_and_the_others_theirs_from_there()
    {
        await KeepAsync(100_000);
        _make = undo => [new(undo), new(undo, "swap", address: 0x50a9, deployBlock: 40_000)];
        var swap = new ScriptedProtocol(new(), "swap", address: 0x50a9);
        _chain.History = [.. _chain.History, swap.PriceLog(Block(50_000), 7, 1), swap.PriceLog(Block(100_500), 8, 2)];
        await Builder().BuildAsync(default);
        Assert.Equal([(40_000UL, 41_999UL), (42_000UL, 91_999UL), (92_000UL, 100_000UL), (100_001UL, 120_000UL)], _chain.Replayed);
        Assert.Equal((1UL, 2UL), (_made[1].ValueOf(7)!.Value, _made[1].ValueOf(8)!.Value));
        Assert.Equal((70UL, 60UL, 80UL), (_made[0].ValueOf(1)!.Value, _made[0].ValueOf(2)!.Value, _made[0].ValueOf(3)!.Value));
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("wrong sums")]
    public async Task What_is_wrong_with_one_protocols_part_has_its_history_read_alone(string fault)
    {
        _make = undo => [new(undo), new(undo, "swap", address: 0x50a9, deployBlock: 40_000)];
        ScriptedProtocol lend = new(new()), swap = new(new(), "swap", address: 0x50a9, deployBlock: 40_000);
        foreach (var log in await _chain.GetLogsAsync(lend.Filter, 0, 100_000, default)) lend.Apply(log);
        // Key 9 of block 50,000 is missing in the part whose sums are wrong.
        if (fault == "damaged") swap.Values.Put(9, 90);
        _chain.History = [.. _chain.History, swap.PriceLog(Block(50_000), 9, 90)];
        _chain.Replayed.Clear();
        _store.Write(Block(100_000), [SnapshotPart.Of(lend), SnapshotPart.Of(swap)]);
        _store.Promote();
        if (fault == "damaged")
        {
            var bytes = await File.ReadAllBytesAsync(_store.FilePath);
            bytes[(int)_store.Find()!.Sections[1].Offset + 2] ^= 1;
            await File.WriteAllBytesAsync(_store.FilePath, bytes);
        }
        else
        {
            _chain.Answer = (_, _) => new CallResult.Returned(Word(1));
            _make = undo => [new(undo), new(undo, "swap", address: 0x50a9, deployBlock: 40_000)
            {
                Sums = values => [new("accounts", new CallRequest(swap.Settings.Address, default), _ => values.Count == 1 ? null : $"{values.Count} are mirrored, 1 is told")],
            }];
        }
        var (mirror, _) = await Builder().BuildAsync(default);
        Assert.Equal(2, mirror.Trusted.Count());
        Assert.Equal(90UL, _made[^1].ValueOf(9));
        Assert.Equal((70UL, 60UL), (_made[^2].ValueOf(1)!.Value, _made[^2].ValueOf(2)!.Value));
        // Its own history alone, up to the snapshot's block, and then what came for both.
        Assert.Equal([(40_000UL, 41_999UL), (42_000UL, 91_999UL), (92_000UL, 100_000UL), (100_001UL, 120_000UL)], _chain.Replayed.TakeLast(4));
        Assert.DoesNotContain(_chain.Replayed, range => range.From < 40_000);
        Assert.NotNull(_store.Find());
    }

    [Fact]
    public async Task An_account_that_is_absent_from_the_snapshot_is_found_by_the_sums_and_history_has_it()
    {
        // Key 2 of block 60,000 was never seen by whoever wrote this.
        await KeepAsync(100_000, (1, 50));
        Sums(contract: 3);
        var (mirror, _) = await Builder().BuildAsync(default);
        Assert.Empty(mirror.Protocols.Except(mirror.Trusted));
        Assert.Equal(60UL, _made[^1].ValueOf(2));
        Assert.True(File.Exists(_store.FilePath + ".refused"));
    }

    /// <summary>The control: who asks for no sums works on without the account.</summary>
    [Fact]
    public async Task Without_the_sums_the_absent_account_stays_absent()
    {
        await KeepAsync(100_000, (1, 50));
        await Builder().BuildAsync(default);
        Assert.Null(_made[^1].ValueOf(2));
    }

    [Fact]
    public async Task A_history_that_is_not_what_the_contract_says_is_not_trusted()
    {
        Sums(contract: 4);
        var (mirror, _) = await Builder().BuildAsync(default);
        Assert.Empty(mirror.Trusted);
        Assert.Equal("lend: accounts: 3 are mirrored, 4 are told", mirror.Doubted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sums_that_the_contract_or_the_node_does_not_tell_hold_nothing_up(bool byNode)
    {
        Sums(contract: 3);
        _chain.Answer = (_, _) => byNode ? new CallResult.Refused("missing trie node") : new CallResult.Reverted(default);
        var (mirror, _) = await Builder().BuildAsync(default);
        Assert.Single(mirror.Trusted);
    }

    [Fact]
    public async Task A_back_fill_that_is_killed_continues_where_it_was_kept()
    {
        _chain.History = [Price(40_000, 5, 1), .. _chain.History.Skip(1)];
        // A minute passes with every range, and the fourth is where it is killed.
        var chain = new DyingChain(_chain, after: 3, () => _time.Advance(TimeSpan.FromMinutes(2)));
        await Assert.ThrowsAsync<ChainException>(() => Builder(chain).BuildAsync(default));
        Assert.Equal(Block(101_999), _store.Find()!.Block);
        _chain.Replayed.Clear();
        await Builder().BuildAsync(default);
        Assert.Equal([(102_000UL, 120_000UL)], _chain.Replayed);
        Assert.Equal(await FromHistoryAsync(), Values(_made[^1]));
    }

    [Fact]
    public async Task A_long_history_begins_with_one_request_by_which_its_time_is_told()
    {
        var log = new ListLogger<MirrorBuilder>();
        var chain = new DyingChain(_chain, after: 99, () => _time.Advance(TimeSpan.FromSeconds(6)));
        await new MirrorBuilder(chain, TestProfile.Fast, _make, _time, log, _store).BuildAsync(default);
        Assert.Equal([(0UL, 1_999UL), (2_000UL, 51_999UL), (52_000UL, 101_999UL), (102_000UL, 120_000UL)], _chain.Replayed);
        var lines = log.Lines.ToArray();
        Assert.Equal("Information: History of 120001 blocks, 0 to 120000, is read: 61 requests for logs or more, of up to 2000 blocks each", lines[0]);
        Assert.StartsWith("Information: History is read up to block 1999 of 120000, 1 %:", lines[1], StringComparison.Ordinal);
        // 6 s for 2,000 of 120,001 blocks.
        Assert.EndsWith("about 6 min left", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_final_is_not_kept_while_history_is_read()
    {
        _chain.Header = block => block switch
        {
            BlockId.ByNumber(var number) => Block(number),
            BlockId.Tagged(BlockTag.Finalized) => Block(60_000),
            _ => _chain.Newest,
        };
        await Builder(new DyingChain(_chain, after: 99, () => _time.Advance(TimeSpan.FromMinutes(2)))).BuildAsync(default);
        Assert.Equal(Block(51_999), _store.Find()!.Block);
    }

    [Fact]
    public async Task Blocks_that_came_while_a_long_history_was_read_are_read_before_anything_is_asked_at_the_newest()
    {
        var chain = new DyingChain(_chain, after: 99, () => _chain.Newest = Block(120_500));
        var (mirror, _) = await Builder(chain).BuildAsync(default);
        Assert.Equal((102_000UL, 120_000UL), _chain.Replayed[3]);
        Assert.Equal((120_001UL, 120_500UL), _chain.Replayed[4]);
        Assert.Equal(Block(120_500), mirror.Head);
    }

    [Fact]
    public async Task An_endpoint_that_is_a_little_behind_after_a_long_history_does_not_discard_it()
    {
        var looks = 0;
        var header = _chain.Header;
        // The second look is answered by another endpoint, a block behind the first.
        _chain.Header = block => block == BlockId.Latest && ++looks == 2 ? Block(119_999) : header!(block);
        var (mirror, _) = await Builder().BuildAsync(default);
        Assert.Equal(2, looks);
        Assert.Equal(Block(120_000), mirror.Head);
        Assert.Equal(await FromHistoryAsync(), Values(_made[^1]));
    }

    private MirrorBuilder Builder(IChainClient? chain = null) => new(chain ?? _chain, TestProfile.Fast, undo =>
    {
        var made = _make(undo);
        _made.AddRange(made);
        return made;
    }, _time, NullLogger<MirrorBuilder>.Instance, _store);

    /// <summary>The contract counts so many keys at the newest block.</summary>
    private void Sums(ulong contract)
    {
        _chain.Answer = (_, at) => at == BlockId.At(_chain.Newest) ? new CallResult.Returned(Word(contract)) : new CallResult.Refused("not asked at the newest block");
        _make = undo =>
        {
            var protocol = new ScriptedProtocol(undo);
            protocol.Sums = values => [new("accounts", new CallRequest(protocol.Settings.Address, default), data =>
            {
                var told = (ulong)new AbiReader(data.Span).ReadUInt256();
                return told == (ulong)values.Count ? null : $"{values.Count} are mirrored, {told} are told";
            })];
            return [protocol];
        };
    }

    /// <summary>What a keeper that had followed until then would have kept; or these values, whatever the logs say.</summary>
    private async Task KeepAsync(ulong number, params (ulong Key, ulong Value)[] instead)
    {
        var protocol = new ScriptedProtocol(new());
        foreach (var (key, value) in instead) protocol.Values.Put(key, value);
        if (instead.Length == 0)
            foreach (var log in await _chain.GetLogsAsync(protocol.Filter, 0, number, default)) protocol.Apply(log);
        _chain.Replayed.Clear();
        _store.Write(Block(number), [SnapshotPart.Of(protocol)]);
        _store.Promote();
    }

    private async Task<string> FromHistoryAsync()
    {
        var protocol = new ScriptedProtocol(new());
        foreach (var log in await _chain.GetLogsAsync(protocol.Filter, 0, _chain.Newest.Number, default)) protocol.Apply(log);
        return Values(protocol);
    }

    private static string Values(ScriptedProtocol protocol) =>
        string.Join(' ', Enumerable.Range(0, protocol.Values.Count).Select(i => $"{protocol.Values.KeyAt(i)}={protocol.Values[i]}"));

    private static Log Price(ulong number, ulong key, ulong value) => new ScriptedProtocol(new()).PriceLog(Block(number), key, value);
}
