using Keeper.Conformance.Declared;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>A node that does what it is asked, and says so late, wrongly or not at all.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class AnswerFaultTests(FaultChain chain) : IClassFixture<FaultChain>
{
    private const string Send = "eth_sendRawTransaction";
    private const string Receipt = "eth_getTransactionReceipt";

    /// <summary>How the answer to a send gets lost, and whether the node has the transaction all the same.</summary>
    private static readonly Dictionary<string, FaultRule> LostAnswers = new()
    {
        ["a connection that breaks after the node took it"] = Rules.LoseAnswer,
        ["a connection that breaks before"] = Rules.Reset,
        ["status 503"] = Rules.Status(503),
        ["status 500 with a page"] = Rules.Status(500, "<html>oops</html>"),
        ["too many requests"] = Rules.TooManyRequests,
        ["a page of HTML"] = Rules.Html,
        ["half an answer"] = Rules.Truncated,
        ["an endless answer"] = Rules.Huge(2 << 20),
        ["the answer to another call"] = Rules.WrongId,
        ["the hash of another transaction"] = call => Task.FromResult(call.Answer(new Hash32((UInt256)7u).ToString())),
    };

    private static readonly Dictionary<string, FaultRule> Rubbish = new()
    {
        ["a page of HTML"] = Rules.Html,
        ["status 500"] = Rules.Status(500),
        ["half an answer"] = Rules.Truncated,
        ["an endless answer"] = Rules.Huge(2 << 20),
        ["an empty list"] = Rules.Status(200, "[]"),
        ["no such method"] = Rules.Error(-32601, "the method does not exist"),
    };

    public static TheoryData<string> HowAnswersAreLost => [.. LostAnswers.Keys];

    [Theory]
    [MemberData(nameof(HowAnswersAreLost))]
    public async Task A_send_without_a_usable_answer_goes_out_again_as_it_was_and_is_one_transaction(string fault)
    {
        await using var scene = await chain.SceneAsync();
        scene.Proxy.On(Send, Rules.First(2, LostAnswers[fault]));
        await scene.StartAsync();
        await scene.PriceAsync();
        await scene.UntilCalmAsync();

        var signed = await scene.JudgeFirstAsync();
        Assert.Equal(SendError.Ambiguous, (await scene.Keeper.EntriesAsync<JournalEntry.Broadcast>())[0].Answer);
        Assert.All(FaultScene.SendsOf(scene.Proxy, 0), send => Assert.Equal(signed.Hash, send.Hash));
    }

    /// <summary>The control, without a keeper's sender: what becomes of a transaction when no answer is taken for a refusal.</summary>
    [Fact]
    public async Task A_naive_sender_that_signs_anew_when_an_answer_is_lost_pays_twice()
    {
        await using var scene = await chain.SceneAsync();
        scene.Proxy.On(Send, Rules.First(1, Rules.LoseAnswer));
        await scene.StartAsync();
        using var key = scene.Exchange.OperatorKey();
        for (ulong nonce = 0; nonce < 2; nonce++)
        {
            var fields = new TransactionFields(31337, nonce, scene.Exchange.Deployment.Treasury, new Wei(1), ReadOnlyMemory<byte>.Empty, new Gas(21_000), new Fees(Wei.FromGwei(100), Wei.FromGwei(1)));
            var signed = await key.SignAsync(fields, default);
            if ((await scene.Keeper.Client.SendRawTransactionAsync(signed.Raw, default)).Error == SendError.None) break;
        }
        await scene.MineAsync();
        Assert.Equal(2UL, await scene.Exchange.NonceAsync(scene.Operator));
    }

    [Fact]
    public async Task An_answer_that_takes_minutes_holds_nothing_up_where_another_endpoint_answers()
    {
        await using var scene = await chain.SceneAsync(endpoints: 2);
        scene.Proxy.On(Send, Rules.Late(TimeSpan.FromMinutes(5)));
        await scene.StartAsync(setup => setup with { Endpoints = [.. setup.Endpoints.Select(endpoint => endpoint with { RequestTimeout = TimeSpan.FromMinutes(4) })] });
        var began = TimeProvider.System.GetTimestamp();
        await scene.PriceAsync();
        await scene.UntilCalmAsync();

        await scene.JudgeFirstAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(3), "The late answer was waited for.");
    }

    [Fact]
    public async Task An_answer_that_never_comes_is_given_up_and_the_transaction_is_found_by_its_receipt()
    {
        await using var scene = await chain.SceneAsync();
        scene.Proxy.On(Send, Rules.First(1, Rules.Late(TimeSpan.FromSeconds(30))));
        await scene.StartAsync(setup => setup with { Endpoints = [.. setup.Endpoints.Select(endpoint => endpoint with { RequestTimeout = TimeSpan.FromSeconds(2) })] });
        await scene.PriceAsync();
        await scene.UntilCalmAsync();

        await scene.JudgeFirstAsync();
    }

    [Fact]
    public async Task A_burst_of_429_at_one_endpoint_leaves_reads_and_sends_to_the_other()
    {
        await using var scene = await chain.SceneAsync(endpoints: 2);
        await scene.StartAsync();
        scene.Proxy.Otherwise = Rules.TooManyRequests;
        await scene.PriceAsync();
        await scene.UntilCalmAsync();

        await scene.JudgeFirstAsync();
        Assert.NotEmpty(scene.Proxy.Sends);
        Assert.DoesNotContain(scene.Proxy.Sends, send => send.WasForwarded);
        Assert.Contains(scene.Proxies[1].Sends, send => send.WasForwarded);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    public async Task A_burst_of_failures_at_the_only_endpoint_is_outlived(int status)
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        var left = 12;
        var fails = Rules.Status(status);
        scene.Proxy.Otherwise = call => Interlocked.Decrement(ref left) >= 0 ? fails(call) : Rules.Pass(call);
        await scene.PriceAsync();
        await scene.UntilCalmAsync();

        await scene.JudgeFirstAsync();
        Assert.True(left < 0, "The burst was not met.");
    }

    public static TheoryData<string> KindsOfRubbish => [.. Rubbish.Keys];

    [Theory]
    [MemberData(nameof(KindsOfRubbish))]
    public async Task An_endpoint_that_answers_every_read_with_rubbish_is_passed_over(string kind)
    {
        await using var scene = await chain.SceneAsync(endpoints: 2);
        await scene.StartAsync();
        var answers = 0;
        scene.Proxy.Otherwise = call =>
        {
            Interlocked.Increment(ref answers);
            return Rubbish[kind](call);
        };
        await scene.PriceAsync();
        await scene.UntilCalmAsync();
        await scene.JudgeFirstAsync();
        Assert.True(answers > 0, "It was not asked.");
    }

    [Fact]
    public async Task A_receipt_of_another_transaction_settles_nothing()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        var foreign = (await scene.Exchange.Rpc.RequestAsync("eth_getBlockByNumber", "0x3", false)).GetProperty("transactions")[0].GetString()!;
        scene.Proxy.On(Send, Rules.AcceptAndDiscard);
        scene.Proxy.On(Receipt, async call => call.Answer(await scene.Exchange.Rpc.RequestAsync(Receipt, foreign)));
        await scene.PriceAsync();
        await scene.MineAsync(4);
        await scene.HandledAsync();
        Assert.NotEmpty(scene.Proxy.Calls(Receipt));
        Assert.Empty(await scene.Keeper.EntriesAsync<JournalEntry.Mined>());

        scene.Proxy.Mend();
        await scene.UntilCalmAsync();
        await scene.JudgeFirstAsync();
    }

    /// <param name="exists">The block that the receipt names was in the chain once.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_receipt_in_a_block_that_is_not_of_the_chain_settles_nothing(bool exists)
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        var block = Hash32.Parse((await scene.Exchange.Rpc.RequestAsync("eth_getBlockByNumber", "latest", false)).GetProperty("hash").GetString()!);
        if (exists) await scene.ReorgAsync(1);
        else block = new Hash32((UInt256)0xbadu);
        scene.Proxy.On(Send, Rules.AcceptAndDiscard);
        await scene.PriceAsync();
        // What was decided before the reorg was heard of is dropped, and decided anew with the next block.
        await scene.UntilAsync("it is sent", () => scene.Proxy.Sends.Count > 0);
        var signed = Assert.Single(await scene.Keeper.EntriesAsync<JournalEntry.Signed>());
        scene.Proxy.On(Receipt, async call => call.Answer(await InventAsync(scene, call.Parameter(0).GetString()!, block)));
        await scene.MineAsync(4);
        await scene.HandledAsync();

        // The control: whoever believes a receipt as it comes has liquidated.
        var believed = (await scene.Keeper.Client.GetReceiptsAsync([signed.Hash], default))[0];
        Assert.True(believed!.Succeeded && believed.BlockHash == block);
        Assert.Empty(await scene.Keeper.EntriesAsync<JournalEntry.Mined>());
        Assert.DoesNotContain(scene.Keeper.Lines, line => line.Contains("Liquidated", StringComparison.Ordinal));

        scene.Proxy.Mend();
        await scene.UntilCalmAsync();
        Assert.Equal(signed.Hash, (await scene.JudgeFirstAsync()).Hash);
    }

    /// <summary>As on a chain whose blocks come faster than its nodes answer: to no view is the answer of the newest block ever there.</summary>
    [Fact]
    public async Task Views_that_decide_and_are_answered_two_blocks_late_still_find_who_fell()
    {
        await using var scene = await chain.SceneAsync();
        scene.Proxy.On("eth_call", async call =>
        {
            var asked = await scene.Exchange.BlockNumberAsync();
            var answer = await call.ForwardAsync();
            while (await scene.Exchange.BlockNumberAsync() < asked + 2) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, call.Ended);
            return answer;
        });
        await scene.StartAsync(setup => setup with
        {
            Protocol = undo => DeclaredExchange.ProtocolOf(scene.Exchange.Deployment, undo),
            Profile = setup.Profile with { Multicall = scene.Exchange.Deployment.Multicall },
        });
        await scene.PriceAsync();
        await scene.UntilCalmAsync();
        Assert.Contains((await scene.Keeper.EntriesAsync<JournalEntry.Settled>()).SelectMany(settled => settled.Outcomes), outcome => outcome.Outcome == Outcome.Won);
        Assert.Empty(await scene.Keeper.EntriesAsync<JournalEntry.BreakerChanged>());
    }

    /// <summary>A receipt in the newest block, which is of the chain; only that the key's count of transactions has not risen gives it away.</summary>
    [Fact]
    public async Task A_receipt_that_the_count_of_transactions_contradicts_settles_nothing()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        scene.Proxy.On(Send, Rules.AcceptAndDiscard);
        await scene.PriceAsync();
        scene.Proxy.On(Receipt, async call =>
        {
            var newest = Hash32.Parse((await scene.Exchange.Rpc.RequestAsync("eth_getBlockByNumber", "latest", false)).GetProperty("hash").GetString()!);
            return call.Answer(await InventAsync(scene, call.Parameter(0).GetString()!, newest));
        });
        await scene.MineAsync(4);
        await scene.HandledAsync();
        Assert.NotEmpty(scene.Proxy.Calls(Receipt));
        Assert.Empty(await scene.Keeper.EntriesAsync<JournalEntry.Mined>());

        scene.Proxy.Mend();
        await scene.UntilCalmAsync();
        await scene.JudgeFirstAsync();
    }

    private static async Task<object> InventAsync(FaultScene scene, string transaction, Hash32 block) => new
    {
        transactionHash = transaction,
        transactionIndex = "0x0",
        blockHash = block.ToString(),
        blockNumber = ((UInt256)await scene.Exchange.BlockNumberAsync()).ToString("x", null),
        from = scene.Operator.ToString(),
        to = scene.Exchange.Deployment.Executor.ToString(),
        cumulativeGasUsed = "0x30d40",
        gasUsed = "0x30d40",
        effectiveGasPrice = "0x3b9aca00",
        contractAddress = (string?)null,
        logs = Array.Empty<object>(),
        logsBloom = "0x" + new string('0', 512),
        status = "0x1",
        type = "0x2",
    };
}
