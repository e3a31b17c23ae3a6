using System.Text;
using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.RefPerps;

namespace Keeper.Benchmarks.Ingest;

/// <summary>Blocks full of trades on the reference exchange: each trade tells its market's index and state, the position and the balance, as the contract does.</summary>
internal sealed class Trades(int accounts, int seed)
{
    public const int LogsPerTrade = 4;
    private const uint Markets = 16;
    private static readonly Address Contract = Address.Parse("0x00000000000000000000000000000000000000c0");
    private readonly Random _random = new(seed);

    public static RefPerpsProtocol Empty(Core.Mirror.UndoLog undo) => new(new("bench", "refperps", Contract, 0, null), undo);

    /// <summary>Markets and accounts, before any trade.</summary>
    public IEnumerable<Log> Opening()
    {
        var block = BlockAt(0);
        for (var market = 1u; market <= Markets; market++) yield return At(block, 0, Topics.MarketListed, [market], new AbiWriter().Word(UInt256.One));
        for (var account = 1u; account <= accounts; account++) yield return At(block, 0, Topics.AccountOpened, [account, 0xabcUL], new AbiWriter().Word(UInt256.Zero).Word(UInt256.Zero));
    }

    /// <summary>The logs of one block.</summary>
    public IReadOnlyList<Log> Block(ulong number, int trades)
    {
        var (block, logs) = (BlockAt(number), new List<Log>());
        for (var i = 0; i < trades; i++)
        {
            UInt256 market = (ulong)_random.Next(1, (int)Markets + 1), account = (ulong)_random.Next(1, accounts + 1);
            Add(Topics.MarketSynced, [market], new AbiWriter().Word((UInt256)number).Word(Amount().Abs).Word((UInt256)number).Word(Amount()).Word((UInt256)number));
            Add(Topics.PositionChanged, [account, market], new AbiWriter().Word(Amount()).Word(Amount()).Word(Amount()).Word(Amount()).Word(Amount()).Word(Amount().Abs).Word(UInt256.One));
            Add(Topics.QuoteChanged, [account], new AbiWriter().Word(Amount()).Word(Amount()).Word(UInt256.One));
            Add(Topics.MarketState, [market], new AbiWriter().Word(Amount()).Word(Amount().Abs).Word(Amount().Abs).Word(Amount()));
        }
        return logs;

        void Add(Hash32 topic, UInt256[] indexed, AbiWriter data) => logs.Add(At(block, (ulong)logs.Count, topic, indexed, data));
    }

    public static BlockRef BlockAt(ulong number) => new(number, new Hash32((UInt256)(0xb10c_0000UL + number)), new Hash32((UInt256)(0xb10c_0000UL + number - 1)), 1_790_000_000 + number);

    /// <summary>The answer to <c>eth_getLogs</c>, as nodes write it.</summary>
    public static byte[] Answer(long id, IReadOnlyList<Log> logs)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(logs.Select(log => new
        {
            address = log.Address.ToString(),
            topics = ((Hash32[])[log.Topic0, log.Topic1, log.Topic2, log.Topic3])[..log.TopicCount].Select(topic => topic.ToString()),
            data = Hex.Encode(log.Data.Span),
            blockNumber = Quantity(log.BlockNumber),
            transactionHash = log.TransactionHash.ToString(),
            transactionIndex = "0x0",
            blockHash = log.BlockHash.ToString(),
            logIndex = Quantity(log.LogIndex),
            removed = false,
        }));
        return [.. Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":"), .. json, .. "}"u8];
    }

    private static Log At(BlockRef block, ulong index, Hash32 topic, UInt256[] indexed, AbiWriter data)
    {
        Hash32 Topic(int i) => indexed.Length > i ? new Hash32(indexed[i]) : default;
        return new(Contract, 1 + indexed.Length, topic, Topic(0), Topic(1), Topic(2), data.ToArray(), block.Number, block.Hash, new Hash32((UInt256)0x7aUL), (uint)index);
    }

    private Int256 Amount() => (Int256)((UInt256)(ulong)_random.NextInt64(1, 1_000_000_000) * 1_000_000_000_000UL);

    private static string Quantity(ulong value) => ((UInt256)value).ToString("x", null);
}
