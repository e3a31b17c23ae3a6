using System.Text;
using System.Text.Json;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Support;

/// <summary>A chain that a scripted node serves: one log a block, hashes from a branch name and the height.</summary>
internal sealed class ScriptedBlocks
{
    public static readonly Address Emitter = Address.Parse("0x00000000000000000000000000000000000000ee");
    public static readonly Hash32 Topic = new((UInt256)0xfeedu);
    private readonly Lock _gate = new();
    private readonly List<BlockRef> _blocks = [new BlockRef(0, HashOf("main", 0), Hash32.Zero, 1_000)];

    public ScriptedBlocks(ScriptedNode node)
    {
        node.On("eth_getBlockByNumber", args => ByTag(args[0].GetString()!) is { } block ? Header(block) : null)
            .On("eth_getBlockByHash", args => ByHash(args[0].GetString()!) is { } block ? Header(block) : null)
            .On("eth_getLogs", args => Logs(args[0]));
    }

    /// <summary>The blocks that every such chain begins with, from block 0 on.</summary>
    public static IEnumerable<BlockRef> First(int count) =>
        Enumerable.Range(0, count).Select(i => (ulong)i).Select(number => new BlockRef(number, HashOf("main", number), number == 0 ? Hash32.Zero : HashOf("main", number - 1), 1_000 + number));

    public LogFilter Filter { get; } = new([Emitter], [Topic]);

    /// <summary>What the node calls final; null is the first block.</summary>
    public BlockRef? Final { get; set; }

    public BlockRef Last
    {
        get { lock (_gate) return _blocks[^1]; }
    }

    public BlockRef Add(string branch = "main")
    {
        lock (_gate)
        {
            var parent = _blocks[^1];
            var block = new BlockRef(parent.Number + 1, HashOf(branch, parent.Number + 1), parent.Hash, parent.Timestamp + 1);
            _blocks.Add(block);
            return block;
        }
    }

    public void Add(int count)
    {
        for (var i = 0; i < count; i++) Add();
    }

    public void Drop(int count)
    {
        lock (_gate) _blocks.RemoveRange(_blocks.Count - count, count);
    }

    public static object Header(BlockRef block) => new
    {
        number = $"0x{block.Number:x}",
        hash = block.Hash.ToString(),
        parentHash = block.ParentHash.ToString(),
        timestamp = $"0x{block.Timestamp:x}",
        gasLimit = "0x1c9c380",
        gasUsed = "0x5208",
        baseFeePerGas = "0x7",
        extraData = "0x",
    };

    public static object Log(BlockRef block) => new
    {
        address = Emitter.ToString(),
        topics = new[] { Topic.ToString() },
        data = new Hash32((UInt256)block.Number).ToString(),
        blockNumber = $"0x{block.Number:x}",
        blockHash = block.Hash.ToString(),
        transactionHash = HashOf("transaction", block.Number).ToString(),
        transactionIndex = "0x0",
        logIndex = "0x0",
        removed = false,
    };

    private static Hash32 HashOf(string branch, ulong number) => Keccak.Hash(Encoding.ASCII.GetBytes($"{branch} {number}"));

    /// <param name="tag">latest, finalized or a height in hexadecimal digits.</param>
    public BlockRef? ByTag(string tag)
    {
        lock (_gate)
        {
            if (tag is "latest") return _blocks[^1];
            if (tag is "finalized") return Final ?? _blocks[0];
            var number = Convert.ToInt32(tag, 16);
            return number < _blocks.Count ? _blocks[number] : null;
        }
    }

    private BlockRef? ByHash(string hash)
    {
        lock (_gate)
        {
            var index = _blocks.FindIndex(block => block.Hash.ToString() == hash);
            return index < 0 ? null : _blocks[index];
        }
    }

    private object Logs(JsonElement filter)
    {
        if (filter.TryGetProperty("blockHash", out var hash)) return ByHash(hash.GetString()!) is { } block ? new[] { Log(block) } : new ScriptedError(-32000, "unknown block");
        var from = Convert.ToInt32(filter.GetProperty("fromBlock").GetString(), 16);
        var to = Convert.ToInt32(filter.GetProperty("toBlock").GetString(), 16);
        lock (_gate) return _blocks.Skip(Math.Max(1, from)).Take(to - Math.Max(1, from) + 1).Select(Log).ToArray();
    }
}
