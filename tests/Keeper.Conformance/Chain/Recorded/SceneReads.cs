using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>The reads that every client makes of the <see cref="RecordedScene"/>, through the port alone.</summary>
internal static class SceneReads
{
    private static readonly Hash32 Topic = new((UInt256)0xfeedu);

    public static async Task<string> ReadAsync(IChainClient client, RecordedScene scene, CancellationToken cancellation)
    {
        var text = new ReadText();
        await text.ReadAsync("chain id", () => client.GetChainIdAsync(cancellation), id => $"{id}");
        var latest = await client.GetHeaderAsync(BlockId.Latest, cancellation);
        await HeadersAsync(text, client, latest, cancellation);
        await LogsAsync(text, client, scene, latest, cancellation);
        await FollowedAsync(text, client, scene, latest, latest.Ref.Number - 6, cancellation);
        await FollowedAsync(text, client, scene, latest, 1, cancellation);
        foreach (var (name, hash) in scene.Transactions) await text.ReadAsync(name, () => client.GetReceiptsAsync([hash], cancellation), ReadText.Of);
        await text.ReadAsync("several receipts", () => client.GetReceiptsAsync([scene.Transactions[3].Hash, Topic, scene.Transactions[0].Hash], cancellation), ReadText.Of);
        await CallsAsync(text, client, scene, latest, cancellation);
        await StateAsync(text, client, scene, latest, cancellation);
        await text.ReadAsync("fee history", () => client.GetFeeHistoryAsync(4, [10, 50, 99.5], cancellation), ReadText.Of);
        await text.ReadAsync("fee history without rewards", () => client.GetFeeHistoryAsync(2, [], cancellation), ReadText.Of);
        await text.ReadAsync("fee history of more blocks than there are", () => client.GetFeeHistoryAsync(1024, [50], cancellation), ReadText.Of);
        return text.ToString();
    }

    /// <summary>Everything that is followed, over and above what the reads name: which of it a client asks for is its own affair.</summary>
    public static async Task AskAllAsync(Func<string, object?[], Task> askAsync, IChainClient client, RecordedScene scene, CancellationToken cancellation)
    {
        var latest = await client.GetHeaderAsync(BlockId.Latest, cancellation);
        foreach (var tag in (string[])["latest", "finalized", "safe", "pending", "earliest"]) await askAsync("eth_getBlockByNumber", [tag, false]);
        await askAsync("eth_blockNumber", []);
        await askAsync("net_version", []);
        for (var number = 0ul; number <= latest.Ref.Number; number++)
        {
            var header = await client.GetHeaderAsync(BlockId.At(number), cancellation);
            await askAsync("eth_getBlockByHash", [header.Ref.Hash, false]);
            await askAsync("eth_getLogs", [new Dictionary<string, object?> { ["blockHash"] = header.Ref.Hash, ["address"] = Filter(scene).Any.Addresses, ["topics"] = new[] { Filter(scene).Any.Topics } }]);
        }
    }

    private static async Task HeadersAsync(ReadText text, IChainClient client, BlockHeader latest, CancellationToken cancellation)
    {
        foreach (var tag in (BlockTag[])[BlockTag.Latest, BlockTag.Finalized, BlockTag.Safe]) await text.ReadAsync($"header {tag}", () => client.GetHeaderAsync(new BlockId.Tagged(tag), cancellation), ReadText.Of);
        for (var number = 0ul; number <= latest.Ref.Number; number += 5) await text.ReadAsync($"header {number}", () => client.GetHeaderAsync(BlockId.At(number), cancellation), ReadText.Of);
        await text.ReadAsync("header by hash", () => client.GetHeaderAsync(BlockId.At(latest.Ref), cancellation), ReadText.Of);
        await text.ReadAsync("header to come", () => client.GetHeaderAsync(BlockId.At(latest.Ref.Number + 1), cancellation), ReadText.Of);
        await text.ReadAsync("header of a hash that is none", () => client.GetHeaderAsync(new BlockId.ByHash(Topic), cancellation), ReadText.Of);
    }

    private static async Task LogsAsync(ReadText text, IChainClient client, RecordedScene scene, BlockHeader latest, CancellationToken cancellation)
    {
        await text.ReadAsync("logs of all emitters", () => client.GetLogsAsync(Filter(scene), 0, latest.Ref.Number, cancellation), ReadText.Of);
        var prices = new LogFilter([scene.AddressOf("aggregator")], [Keccak.Hash("AnswerUpdated(int256,uint256,uint256)"u8), Keccak.Hash("NewRound(uint256,address,uint256)"u8)]);
        await text.ReadAsync("logs of a price", () => client.GetLogsAsync(prices, 1, latest.Ref.Number, cancellation), ReadText.Of);
        await text.ReadAsync("logs of a token", () => client.GetLogsAsync(new LogFilter([scene.AddressOf("token")], [Keccak.Hash("Transfer(address,address,uint256)"u8)]), 1, latest.Ref.Number, cancellation), ReadText.Of);
        await text.ReadAsync("logs that nobody emitted", () => client.GetLogsAsync(new LogFilter([RecordedScene.Receiver], [Topic]), 1, latest.Ref.Number, cancellation), ReadText.Of);
        await text.ReadAsync("logs of no address", () => client.GetLogsAsync(LogFilter.None, 1, latest.Ref.Number, cancellation), ReadText.Of);
    }

    private static async Task FollowedAsync(ReadText text, IChainClient client, RecordedScene scene, BlockHeader latest, ulong from, CancellationToken cancellation)
    {
        var after = await client.GetHeaderAsync(BlockId.At(from), cancellation);
        await foreach (var happened in client.FollowAsync(new FollowRequest(after.Ref, [], Filter(scene), LogFilter.None), cancellation))
        {
            if (happened is not ChainEvent.Block block) continue; // when a final height is told is a matter of time
            text.Line($"followed from {from}: block {block.Ref.Number} {block.Ref.Hash} parent {block.Ref.ParentHash} time {block.Ref.Timestamp} base fee {block.BaseFeePerGas.Value} gas {block.GasLimit.Value}, {ReadText.Of(block.Logs)}");
            if (block.Ref.Hash == latest.Ref.Hash) break;
        }
    }

    private static async Task CallsAsync(ReadText text, IChainClient client, RecordedScene scene, BlockHeader latest, CancellationToken cancellation)
    {
        var (echo, reverter, token) = (scene.AddressOf("echo"), scene.AddressOf("reverter"), scene.AddressOf("token"));
        CallRequest[] calls =
        [
            new(echo, default), new(echo, new byte[] { 0 }), new(echo, Bytes(31)), new(echo, Bytes(64)), new(echo, Bytes(5000)),
            new(reverter, default),
            new(reverter, new AbiWriter().Bytes("not today"u8).ToCall(Keccak.Selector("Error(string)"))),
            new(reverter, new AbiWriter().Word(0x11UL).ToCall(Keccak.Selector("Panic(uint256)"))),
            new(reverter, new AbiWriter().Word(7UL).Word(8UL).ToCall(Keccak.Selector("Custom(uint256,uint256)"))),
            new(scene.AddressOf("aggregator"), new AbiWriter().ToCall(Keccak.Selector("latestRoundData()"))),
            new(scene.AddressOf("aggregator"), new AbiWriter().Word(99UL).ToCall(Keccak.Selector("getRoundData(uint80)"))),
            new(token, new AbiWriter().Word(RecordedScene.Receiver).ToCall(Keccak.Selector("balanceOf(address)"))),
            new(token, new AbiWriter().Word(RecordedScene.Receiver).Word(1UL).ToCall(Keccak.Selector("transfer(address,uint256)")), From: echo),
            new(scene.AddressOf("executor"), new AbiWriter().ToCall(Keccak.Selector("owner()")), From: scene.Sender, GasLimit: new Gas(200_000), MaxFeePerGas: Wei.FromGwei(50), MaxPriorityFeePerGas: Wei.FromGwei(1)),
            new(echo, Bytes(32), From: scene.Sender, GasLimit: new Gas(100)), // too little gas
            new(RecordedScene.Receiver, Bytes(4)), // no contract
        ];
        await text.ReadAsync("calls at a hash", () => client.CallAsync(calls, BlockId.At(latest.Ref), cancellation), ReadText.Of);
        await text.ReadAsync("a call at a number", () => client.CallAsync(calls[9..12], BlockId.At(latest.Ref.Number), cancellation), ReadText.Of);
        await text.ReadAsync("a call at the newest block", () => client.CallAsync(calls[9..10], BlockId.Latest, cancellation), ReadText.Of);
        await text.ReadAsync("a call before the contract was", () => client.CallAsync(calls[9..10], BlockId.At(1), cancellation), ReadText.Of);
        for (var i = 6; i < 9; i++) await text.ReadAsync($"revert {i} alone", () => client.CallAsync([calls[i]], BlockId.Latest, cancellation), ReadText.Of);
    }

    private static async Task StateAsync(ReadText text, IChainClient client, RecordedScene scene, BlockHeader latest, CancellationToken cancellation)
    {
        foreach (var (name, at) in ((string, BlockId)[])[("the newest hash", BlockId.At(latest.Ref)), ("number 3", BlockId.At(3)), ("the newest block", BlockId.Latest), ("a hash that is none", new BlockId.ByHash(Topic))])
        {
            await text.ReadAsync($"balance of the sender at {name}", () => client.GetBalanceAsync(scene.Sender, at, cancellation), wei => $"{wei.Value}");
            await text.ReadAsync($"balance of the receiver at {name}", () => client.GetBalanceAsync(RecordedScene.Receiver, at, cancellation), wei => $"{wei.Value}");
            await text.ReadAsync($"nonce at {name}", () => client.GetTransactionCountAsync(scene.Sender, at, cancellation), nonce => $"{nonce}");
            await text.ReadAsync($"code at {name}", () => client.GetCodeAsync(scene.AddressOf("cell"), at, cancellation), ReadText.Of);
            await text.ReadAsync($"storage at {name}", () => client.GetStorageAsync([new(scene.AddressOf("cell"), UInt256.Zero)], at, cancellation), words => $"{words[0]}");
        }
        await text.ReadAsync("code of an account", () => client.GetCodeAsync(RecordedScene.Receiver, BlockId.Latest, cancellation), ReadText.Of);
        await text.ReadAsync("storage that was never written", () => client.GetStorageAsync([new(scene.AddressOf("cell"), UInt256.MaxValue)], BlockId.Latest, cancellation), words => $"{words[0]}");
        await text.ReadAsync("long code", () => client.GetCodeAsync(scene.AddressOf("executor"), BlockId.Latest, cancellation), code => $"{code.Length} bytes, {Keccak.Hash(code.Span)}");
        await text.ReadAsync("nonce with what is pending", () => client.GetTransactionCountAsync(scene.Sender, BlockId.Pending, cancellation), nonce => $"{nonce}");
    }

    private static LogFilter Filter(RecordedScene scene) => new([.. Enumerable.Range(1, 4).Select(topics => scene.AddressOf($"emitter of {topics}"))], [Topic]);

    private static byte[] Bytes(int count) => [.. Enumerable.Range(1, count).Select(i => (byte)(i % 253))];
}
