using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Tests.Journal;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Mirror.Snapshots;

public sealed class SnapshotStoreTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly SettableTime _time = new();
    private readonly SnapshotStore _store;

    public SnapshotStoreTests() => _store = new(Path, 31337, _time);

    private string Path => _folder.File("mirror");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_loaded_as_it_was_and_says_of_whom_it_is()
    {
        Keep(Block(100), (1, 50), (2, 60));
        var header = _store.Find()!;
        Assert.Equal((31337UL, Block(100)), (header.ChainId, header.Block));
        var section = Assert.Single(header.Sections);
        Assert.Equal(("lend", 2UL), (section.Name, section.Accounts));
        var protocol = new ScriptedProtocol(new());
        Assert.Empty(_store.Load(header, [protocol]));
        Assert.Equal((50UL, 60UL, null), (protocol.ValueOf(1)!.Value, protocol.ValueOf(2)!.Value, protocol.ValueOf(3)));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void A_new_one_counts_only_once_it_is_promoted()
    {
        Keep(Block(100), (1, 50));
        _store.Write(Block(200), [Part((1, 70))]);
        Assert.Equal(Block(100), _store.Find()!.Block);
        _store.Promote();
        Assert.Equal(Block(200), _store.Find()!.Block);
    }

    [Fact]
    public void What_a_killed_writer_left_is_passed_over_and_written_over()
    {
        Keep(Block(100), (1, 50));
        File.WriteAllBytes(Path + ".new", [1, 2, 3]);
        Assert.Equal(Block(100), _store.Find()!.Block);
        Keep(Block(200), (1, 70));
        Assert.Equal(Block(200), _store.Find()!.Block);
    }

    [Fact]
    public void Cut_at_any_length_it_is_refused_and_nothing_of_it_is_used()
    {
        Keep(Block(100), [.. Enumerable.Range(1, 40).Select(key => ((ulong)key, (ulong)key * 1_000_000_007))]);
        var whole = File.ReadAllBytes(Path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            Assert.Equal(SnapshotFault.Damaged, Assert.Throws<SnapshotException>(LoadAll).Fault);
        }
        File.WriteAllBytes(Path, [.. whole, 0]);
        Assert.Throws<SnapshotException>(LoadAll);
    }

    [Fact]
    public void With_any_bit_flipped_it_is_refused()
    {
        Keep(Block(100), [.. Enumerable.Range(1, 20).Select(key => ((ulong)key, (ulong)key * 1_000_000_007))]);
        var whole = File.ReadAllBytes(Path);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(Path, damaged);
            Assert.Throws<SnapshotException>(LoadAll);
        }
        File.WriteAllBytes(Path, whole);
        LoadAll();
    }

    [Fact]
    public void Of_another_chain_or_format_it_is_refused_by_name()
    {
        Keep(Block(100), (1, 50));
        Assert.Equal(SnapshotFault.OtherChain, Assert.Throws<SnapshotException>(() => new SnapshotStore(Path, 1, _time).Find()).Fault);
        foreach (var version in (byte[])[0, 2, 255])
        {
            var bytes = File.ReadAllBytes(Path);
            bytes[8] = version;
            File.WriteAllBytes(Path, bytes);
            Assert.Equal(SnapshotFault.OtherFormat, Assert.Throws<SnapshotException>(() => _store.Find()).Fault);
        }
    }

    [Fact]
    public void A_protocol_that_is_configured_otherwise_or_has_another_form_gets_nothing_of_it()
    {
        Keep(Block(100), (1, 50));
        var header = _store.Find()!;
        Assert.Contains("not at 7", Reason(new(new(), deployBlock: 7)), StringComparison.Ordinal);
        Assert.Contains("contract", Reason(new(new(), address: 0x7)), StringComparison.Ordinal);
        Assert.Contains("form 1, not 2", Reason(new(new()) { StateVersion = 2 }), StringComparison.Ordinal);
        Assert.Equal("is not in it", Reason(new(new(), "swap")));

        string Reason(ScriptedProtocol protocol)
        {
            var (lacking, reason) = Assert.Single(_store.Load(header, [protocol]));
            Assert.Same(protocol, lacking);
            Assert.Equal(0, protocol.Values.Count);
            return reason;
        }
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_told_and_nothing_is_promoted()
    {
        var store = new SnapshotStore(_folder.File("missing/mirror"), 31337, _time);
        Assert.Equal(SnapshotFault.Unreadable, Assert.Throws<SnapshotException>(() => store.Write(Block(1), [Part((1, 1))])).Fault);
        Assert.Equal(SnapshotFault.Unreadable, Assert.Throws<SnapshotException>(store.Promote).Fault);
        Assert.Null(store.Find());
    }

    [Fact]
    public void One_that_is_only_read_changes_nothing()
    {
        Keep(Block(100), (1, 50));
        var reading = new SnapshotStore(Path, 31337, _time, isReadOnly: true);
        Assert.Equal(Block(100), reading.Find()!.Block);
        reading.SetAside();
        Assert.Throws<SnapshotException>(() => reading.Write(Block(200), [Part((1, 70))]));
        Assert.Equal([Path], Directory.GetFiles(_folder.Path));
    }

    private void LoadAll() => _store.Load(_store.Find()!, [new ScriptedProtocol(new())]);

    private void Keep(BlockRef block, params (ulong Key, ulong Value)[] values)
    {
        _store.Write(block, [Part(values)]);
        _store.Promote();
    }

    private static SnapshotPart Part(params (ulong Key, ulong Value)[] values)
    {
        var protocol = new ScriptedProtocol(new());
        foreach (var (key, value) in values) protocol.Values.Put(key, value);
        return SnapshotPart.Of(protocol);
    }
}
