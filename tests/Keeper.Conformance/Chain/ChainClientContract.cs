using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Policy;

namespace Keeper.Conformance.Chain;

/// <summary>What every implementation of <see cref="IChainClient"/> does on a real node. A client that differs overrides the test and says why.</summary>
public abstract partial class ChainClientContract
{
    protected static readonly Hash32 Topic = new((UInt256)0xfeedu);
    protected static readonly Hash32 OtherTopic = new((UInt256)0xdeadu);

    protected abstract IChainClient Connect(ClientSetup setup);

    /// <param name="http">Requests may go over HTTP.</param>
    /// <param name="socket">A WebSocket may be used.</param>
    private IChainClient Connect(AnvilNode node, bool http = true, bool socket = true) => Connect(
        new ClientSetup([new("anvil", http ? node.HttpUrl : null, socket ? node.WsUrl : null) { RequestTimeout = TimeSpan.FromSeconds(10), MaxResponseBytes = 64 * 1024 * 1024 }]) { Retries = 3 });

    protected static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Fact]
    public async Task The_chain_id_is_the_nodes()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        Assert.Equal(31337ul, await client.GetChainIdAsync(Soon));
    }

    [Fact]
    public async Task A_header_is_the_same_by_tag_number_and_hash()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        await node.MineAsync(3);
        var latest = await client.GetHeaderAsync(BlockId.Latest, Soon);
        Assert.Equal(3ul, latest.Ref.Number);
        Assert.Equal(latest, await client.GetHeaderAsync(BlockId.At(3), Soon));
        Assert.Equal(latest, await client.GetHeaderAsync(BlockId.At(latest.Ref), Soon));
        Assert.Equal(latest.Ref.ParentHash, (await client.GetHeaderAsync(BlockId.At(2), Soon)).Ref.Hash);
        Assert.False(latest.BaseFeePerGas == Wei.Zero);
        Assert.True(latest.GasLimit.Value > 1_000_000);
    }

    /// <summary>What the keeper reads at each head: hashes by a call without a target, and slots of proxies. The control is the code itself.</summary>
    [Fact]
    public async Task Hashes_of_code_and_where_proxies_lead_are_those_of_the_block_asked_for()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var before = await client.GetHeaderAsync(BlockId.Latest, Soon);
        var (cell, echo, proxy) = (await node.DeployAsync(TinyContracts.Cell), await node.DeployAsync(TinyContracts.Echo), await node.DeployAsync(TinyContracts.Forwarder));
        await node.Rpc.RequestAsync("anvil_setStorageAt", proxy.ToString(), "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc", "0x" + new string('0', 24) + cell.ToString()[2..]);
        await node.MineAsync(1);
        var after = await client.GetHeaderAsync(BlockId.Latest, Soon);
        Address[] asked = [cell, echo, proxy, node.Signer.Address, Address.Parse("0x00000000000000000000000000000000000dead0")];

        var told = CodeHashCall.Decode((await client.CallAsync([CodeHashCall.Encode(asked)], BlockId.At(after.Ref), Soon))[0], asked.Length)!;
        foreach (var (address, hash) in asked.Zip(told))
            Assert.True(hash == Keccak.Hash((await client.GetCodeAsync(address, BlockId.At(after.Ref), Soon)).Span) || hash.IsZero && address == asked[^1], $"{address} {hash}");
        var earlier = CodeHashCall.Decode((await client.CallAsync([CodeHashCall.Encode(asked)], BlockId.At(before.Ref), Soon))[0], asked.Length)!;
        Assert.Equal(Hash32.Zero, earlier[0]);

        // As many as one call may ask for.
        var many = Enumerable.Repeat(cell, CodeHashCall.MaxAddresses).ToArray();
        Assert.All(CodeHashCall.Decode((await client.CallAsync([CodeHashCall.Encode(many)], BlockId.Latest, Soon))[0], many.Length)!, hash => Assert.Equal(told[0], hash));

        var found = await new CodeReader(client, Keccak.Hash).ReadAsync(asked, BlockId.At(after.Ref), Soon);
        Assert.Equal(
            [new(told[0]), new(told[1]), new(told[2], cell, told[0]), new(null), new(null)], asked.Select(address => found[address]));
    }

    [Fact]
    public async Task A_block_that_is_not_there_is_named_so()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var byHash = await Assert.ThrowsAsync<ChainException>(() => client.GetHeaderAsync(new BlockId.ByHash(Topic), Soon));
        Assert.Equal(ChainFault.UnknownBlock, byHash.Fault);
        var byNumber = await Assert.ThrowsAsync<ChainException>(() => client.GetHeaderAsync(BlockId.At(99), Soon));
        Assert.Equal(ChainFault.UnknownBlock, byNumber.Fault);
        var balance = await Assert.ThrowsAsync<ChainException>(() => client.GetBalanceAsync(default, new BlockId.ByHash(Topic), Soon));
        Assert.Equal(ChainFault.UnknownBlock, balance.Fault);
    }

    [Fact]
    public async Task Account_and_contract_state_is_read_at_the_block_asked_for()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var cell = await node.DeployAsync(TinyContracts.Cell);
        await node.SendAsync(cell, TinyContracts.Words(7u));
        var before = await client.GetHeaderAsync(BlockId.Latest, Soon);
        await node.SendAsync(cell, TinyContracts.Words(9u));

        Assert.Equal([7u, 0u], (await client.GetStorageAsync([new(cell, UInt256.Zero), new(cell, UInt256.One)], BlockId.At(before.Ref), Soon)).Select(word => (uint)(ulong)word.Word));
        Assert.Equal((UInt256)9u, Assert.Single(await client.GetStorageAsync([new(cell, UInt256.Zero)], BlockId.Latest, Soon)).Word);
        Assert.Equal(TinyContracts.Cell[12..], (await client.GetCodeAsync(cell, BlockId.Latest, Soon)).ToArray());
        Assert.True((await client.GetCodeAsync(node.Signer.Address, BlockId.Latest, Soon)).IsEmpty);
        Assert.Equal(2ul, await client.GetTransactionCountAsync(node.Signer.Address, BlockId.At(before.Ref), Soon));
        Assert.Equal(3ul, await client.GetTransactionCountAsync(node.Signer.Address, BlockId.Latest, Soon));
        Assert.Equal(new Gas(21_000), await client.EstimateGasAsync(new(node.Signer.Address, ReadOnlyMemory<byte>.Empty, node.Signer.Address), Soon));
        Assert.True(await client.GetBalanceAsync(node.Signer.Address, BlockId.Latest, Soon) < await client.GetBalanceAsync(node.Signer.Address, BlockId.At(before.Ref), Soon));
    }

    [Fact]
    public async Task Calls_answer_in_order_and_one_that_fails_does_not_fail_the_others()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var echo = await node.DeployAsync(TinyContracts.Echo);
        var reverter = await node.DeployAsync(TinyContracts.Reverter);
        var at = BlockId.At((await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref);
        var data = TinyContracts.Words(0x11u, 0x22u);

        var results = await client.CallAsync(
            [
                new CallRequest(echo, data),
                new CallRequest(reverter, data),
                new CallRequest(reverter, default),
                new CallRequest(echo, data, From: node.Signer.Address, GasLimit: new Gas(100)),
                new CallRequest(echo, data[..32], From: node.Signer.Address, GasLimit: new Gas(100_000), MaxFeePerGas: Wei.FromGwei(50), MaxPriorityFeePerGas: Wei.FromGwei(1)),
            ],
            at,
            Soon);

        Assert.Equal(data, Assert.IsType<CallResult.Returned>(results[0]).Data.ToArray());
        Assert.Equal(data, Assert.IsType<CallResult.Reverted>(results[1]).Data.ToArray());
        Assert.True(Assert.IsType<CallResult.Reverted>(results[2]).Data.IsEmpty);
        Assert.IsType<CallResult.Refused>(results[3]);
        Assert.Equal(data[..32], Assert.IsType<CallResult.Returned>(results[4]).Data.ToArray());
    }

    [Fact]
    public async Task More_calls_than_one_batch_holds_are_answered_in_order()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var echo = await node.DeployAsync(TinyContracts.Echo);
        var results = await client.CallAsync([.. Enumerable.Range(0, 250).Select(i => new CallRequest(echo, TinyContracts.Words((ulong)i)))], BlockId.Latest, Soon);
        Assert.All(results.Select((result, i) => (result, i)), item => Assert.Equal(TinyContracts.Words((ulong)item.i), Assert.IsType<CallResult.Returned>(item.result).Data.ToArray()));
    }

    [Fact]
    public async Task Logs_are_those_of_the_filter_in_order()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var emitter = await node.DeployAsync(TinyContracts.Emitter);
        var other = await node.DeployAsync(TinyContracts.Emitter);
        for (var i = 0u; i < 3; i++)
        {
            await node.SendAsync(emitter, TinyContracts.Words(Topic.Word, i));
            await node.SendAsync(emitter, TinyContracts.Words(OtherTopic.Word, i));
            await node.SendAsync(other, TinyContracts.Words(Topic.Word, i));
        }

        var head = (await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref.Number;
        var logs = await client.GetLogsAsync(new LogFilter([emitter], [Topic]), 0, head, Soon);
        Assert.Equal([0u, 1u, 2u], logs.Select(log => UInt256.ReadBigEndian(log.Data.Span)));
        Assert.All(logs, log => Assert.Equal((emitter, 1, Topic), (log.Address, log.TopicCount, log.Topic0)));
        Assert.Equal(6, (await client.GetLogsAsync(new LogFilter([emitter, other], [Topic]), 0, head, Soon)).Count);
        Assert.Empty(await client.GetLogsAsync(LogFilter.None, 0, head, Soon));
        Assert.Single(await client.GetLogsAsync(new LogFilter([emitter], [Topic]), logs[1].BlockNumber, logs[1].BlockNumber, Soon));
    }

    /// <summary>One contract of many markets: those of two of them are asked for, beside all of another contract.</summary>
    [Fact]
    public async Task Logs_of_some_subjects_are_told_with_all_of_other_contracts_and_none_of_other_subjects()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var markets = await node.DeployAsync(TinyContracts.EmitterOf(2));
        var other = await node.DeployAsync(TinyContracts.Emitter);
        for (var i = 0u; i < 5; i++)
        {
            await node.SendAsync(markets, TinyContracts.Words(Topic.Word, i, 10 + i));
            await node.SendAsync(other, TinyContracts.Words(Topic.Word, 20 + i));
        }

        var filter = new LogFilter(new LogQuery([other], [Topic]), new LogQuery([markets], [Topic], [new Hash32((UInt256)1u), new Hash32((UInt256)3u)]));
        var head = (await client.GetHeaderAsync(BlockId.Latest, Soon)).Ref;
        var logs = await client.GetLogsAsync(filter, 0, head.Number, Soon);
        Assert.Equal([20u, 11u, 21u, 22u, 13u, 23u, 24u], logs.Select(log => UInt256.ReadBigEndian(log.Data.Span)));

        // Followed, and asked for by block.
        await using var told = new EventRecorder(client, new FollowRequest((await client.GetHeaderAsync(BlockId.At(logs[0].BlockNumber - 1), Soon)).Ref, [], filter, LogFilter.None));
        await told.WaitForBlockAsync(head.Hash);
        var blocks = told.Events.OfType<ChainEvent.Block>().ToArray();
        Assert.Equal(logs.Select(log => (log.BlockHash, log.LogIndex)), blocks.SelectMany(block => block.Logs).Select(log => (log.BlockHash, log.LogIndex)));
        foreach (var block in blocks) Assert.Equal(block.Logs.Select(log => log.LogIndex), (await client.GetLogsAsync(filter, block.Ref, Soon)).Select(log => log.LogIndex));
        Assert.Empty(await client.GetLogsAsync(LogFilter.None, head, Soon));
        await Assert.ThrowsAsync<ChainException>(() => client.GetLogsAsync(filter, head with { Hash = Topic }, Soon));
    }

    [Fact]
    public async Task Receipts_tell_success_failure_creation_and_absence()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var deployed = await node.SignAsync(null, TinyContracts.Emitter);
        await client.SendRawTransactionAsync(deployed.Raw, Soon);
        await node.ReceiptAsync(deployed.Hash);
        var reverter = await node.DeployAsync(TinyContracts.Reverter);
        var failed = await node.SendAsync(reverter, TinyContracts.Words(1u));

        var receipts = await client.GetReceiptsAsync([failed, Topic, deployed.Hash], Soon);
        Assert.False(receipts[0]!.Succeeded);
        Assert.Null(receipts[1]);
        Assert.True(receipts[2]!.Succeeded);
        Assert.NotNull(receipts[2]!.ContractAddress);
        Assert.Equal(1ul, receipts[2]!.BlockNumber);
        Assert.True(receipts[2]!.GasUsed.Value > 21_000);
        Assert.True(receipts[2]!.EffectiveGasPrice > Wei.Zero);

        var emitted = await node.SendAsync(receipts[2]!.ContractAddress!.Value, TinyContracts.Words(Topic.Word, 5u));
        var log = Assert.Single((await client.GetReceiptsAsync([emitted], Soon))[0]!.Logs);
        Assert.Equal((Topic, emitted), (log.Topic0, log.TransactionHash));
        Assert.Empty(await client.GetReceiptsAsync([], Soon));
    }

    [Fact]
    public async Task Fee_history_has_one_base_fee_more_than_blocks()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        await node.SendAsync(node.Signer.Address, []);
        await node.SendAsync(node.Signer.Address, []);
        var history = await client.GetFeeHistoryAsync(2, [10, 90], Soon);
        Assert.Equal(1ul, history.OldestBlock);
        Assert.Equal(3, history.BaseFeePerGas.Count);
        Assert.Equal(2, history.GasUsedRatio.Count);
        Assert.Equal([2, 2], history.Rewards.Select(rewards => rewards.Count));
        Assert.All(history.Rewards, rewards => Assert.True(rewards[0] > Wei.Zero && rewards[0] <= rewards[1]));
    }
}
