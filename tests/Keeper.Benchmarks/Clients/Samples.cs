using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Benchmarks.Clients;

/// <summary>What both libraries get.</summary>
internal static class Samples
{
    /// <summary>Of this program alone: worth nothing on any chain.</summary>
    public const string Key = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";

    public static Address Feed { get; } = Address.Parse("0x00000000000000000000000000000000000feed1");
    public static Address Target { get; } = Address.Parse("0x00000000000000000000000000000000000a11ce");
    public const uint Selector = 0x4c0e0f0e;

    /// <summary>AnswerUpdated(int256,uint256,uint256), the last one in the data.</summary>
    public static Hash32 AnswerUpdated { get; } = Hash32.Parse("0x0559884fd3a460db3073b7fc896cc77986f16e378210ded43186175bf646fc5f");

    public static LogQuery Hints { get; } = new([Feed], [AnswerUpdated]);

    public static Log Log { get; } = new(
        Feed, 3, AnswerUpdated, new Hash32((UInt256)345_612_000_000UL), new Hash32((UInt256)77_123UL), default, Word(1_790_000_000), 21_000_000,
        new Hash32((UInt256)0xb10cUL), new Hash32((UInt256)0x7aUL), 12);

    public static TransactionFields Transaction { get; } = new(
        31337, 42, Target, Wei.Zero, new byte[708], new Gas(480_000), new Fees(Wei.FromGwei(60), Wei.FromGwei(2)));

    /// <summary>The notification of a round, as the second subscription gets it.</summary>
    public static byte[] Notification(int round) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        jsonrpc = "2.0",
        method = "eth_subscription",
        @params = new
        {
            subscription = "0x2",
            result = new
            {
                address = Feed.ToString(),
                topics = new[] { AnswerUpdated.ToString(), Log.Topic1.ToString(), new Hash32((UInt256)(ulong)round).ToString() },
                data = Hex.Encode(Log.Data.Span),
                blockNumber = "0x1406f40",
                transactionHash = Log.TransactionHash.ToString(),
                transactionIndex = "0x3",
                blockHash = Log.BlockHash.ToString(),
                logIndex = "0xc",
                removed = false,
            },
        },
    });

    private static byte[] Word(ulong value)
    {
        var word = new byte[32];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(24), value);
        return word;
    }
}
