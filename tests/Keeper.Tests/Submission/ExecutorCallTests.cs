using System.Text.Json;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Host.Contracts;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>Against the ABI of the compiled contract, and against bytes written out by hand.</summary>
public sealed class ExecutorCallTests
{
    private static readonly Address Executor = ScriptedProtocol.AddressOf(0xe);

    [Fact]
    public void Selector_and_topics_are_those_of_the_compiled_contract()
    {
        var signatures = Signatures();
        Assert.Contains(("function", "execute((address,uint64,bytes)[],(address,uint256)[],uint256)"), signatures);
        Assert.Contains(("event", "ItemExecuted(uint256,bool,bytes)"), signatures);
        Assert.Contains(("event", "ProfitPaid(address,uint256)"), signatures);
        Assert.Equal(ExecutorCall.ExecuteSelector, Keccak.Selector("execute((address,uint64,bytes)[],(address,uint256)[],uint256)"));
        Assert.Equal(Keccak.Topic("ItemExecuted(uint256,bool,bytes)"), ExecutorCall.ItemExecutedTopic);
        Assert.Equal(Keccak.Topic("ProfitPaid(address,uint256)"), ExecutorCall.ProfitPaidTopic);
    }

    /// <summary>Errors of the owner's functions cannot come out of <c>execute</c>.</summary>
    [Fact]
    public void Every_refusal_of_execute_is_known_by_its_name()
    {
        foreach (var (selector, signature) in Artifact.Load(Artifact.ExecutorName).Errors)
        {
            var name = signature[..signature.IndexOf('(')];
            if (name is "NotOwner" or "ZeroAddress") continue;
            Assert.Equal(name, ExecutorCall.Refusal(new AbiWriter().Word(7UL).ToCall(selector)));
        }
        Assert.Equal(ExecutorCall.DeadlinePassed, Keccak.Selector("DeadlinePassed(uint256)"));
        Assert.Equal(ExecutorCall.MinProfitNotMet, Keccak.Selector("MinProfitNotMet(address,int256,uint256)"));
    }

    [Fact]
    public void What_is_no_refusal_has_no_name()
    {
        Assert.Null(ExecutorCall.Refusal([]));
        Assert.Null(ExecutorCall.Refusal([0xbf, 0xb2, 0x2a]));
        Assert.Null(ExecutorCall.Refusal([1, 2, 3, 4]));
    }

    [Fact]
    public void The_call_is_encoded_as_the_ABI_lays_it_out()
    {
        var call = new LiquidationCall(ScriptedProtocol.AddressOf(0xabc), new byte[] { 0xde, 0xad }, new Gas(77), new Gas(1), Dollar, UInt256.Zero, "close");
        string[] words =
        [
            "0000000000000000000000000000000000000000000000000000000000000060", // items
            "0000000000000000000000000000000000000000000000000000000000000140", // minProfits
            "0000000000000000000000000000000000000000000000000000000000000063", // deadline
            "0000000000000000000000000000000000000000000000000000000000000001", // one item
            "0000000000000000000000000000000000000000000000000000000000000020",
            "0000000000000000000000000000000000000000000000000000000000000abc",
            "000000000000000000000000000000000000000000000000000000000000004d",
            "0000000000000000000000000000000000000000000000000000000000000060",
            "0000000000000000000000000000000000000000000000000000000000000002",
            "dead000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000001", // one minimum
            "0000000000000000000000000000000000000000000000000000000000000def",
            "0000000000000000000000000000000000000000000000000000000000000005",
        ];
        Assert.Equal("0xb811fc2c" + string.Concat(words), Hex.Encode(ExecutorCall.Encode([call], [(ScriptedProtocol.AddressOf(0xdef), 5UL)], 99)));
    }

    [Fact]
    public void The_least_that_each_token_must_bring_is_read_back_and_other_bytes_are_refused()
    {
        (Address, UInt256)[] minimums = [(ScriptedProtocol.AddressOf(0xdef), 5UL), (ScriptedProtocol.AddressOf(0xabc), UInt256.MaxValue)];
        var call = ExecutorCall.Encode([], minimums, 99);
        Assert.Equal(minimums, ExecutorCall.DecodeMinProfits(call));
        Assert.Empty(ExecutorCall.DecodeMinProfits(ExecutorCall.Encode([], [], 99)));
        Assert.Throws<AbiException>(() => ExecutorCall.DecodeMinProfits(call.AsSpan(0, call.Length - 32)));
        Assert.Throws<AbiException>(() => ExecutorCall.DecodeMinProfits(call.AsSpan(0, 4)));
        Assert.Throws<AbiException>(() => ExecutorCall.DecodeMinProfits(call.AsSpan(1)));
        Assert.Throws<AbiException>(() => ExecutorCall.DecodeMinProfits([]));
    }

    [Fact]
    public void Results_are_decoded_from_the_words_of_the_ABI()
    {
        string[] words =
        [
            "0000000000000000000000000000000000000000000000000000000000000020",
            "0000000000000000000000000000000000000000000000000000000000000002",
            "0000000000000000000000000000000000000000000000000000000000000040",
            "00000000000000000000000000000000000000000000000000000000000000a0",
            "0000000000000000000000000000000000000000000000000000000000000001",
            "0000000000000000000000000000000000000000000000000000000000000040",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000040",
            "0000000000000000000000000000000000000000000000000000000000000003",
            "0102030000000000000000000000000000000000000000000000000000000000",
        ];
        var results = ExecutorCall.DecodeResults(Hex.Decode("0x" + string.Concat(words)));
        Assert.Equal([true, false], results.Select(result => result.Succeeded));
        Assert.Equal([1, 2, 3], results[1].Data.ToArray());
    }

    [Fact]
    public void Results_cut_at_any_byte_are_refused_and_never_read_as_zeros()
    {
        var whole = ((CallResult.Returned)ScriptedChain.Items((true, [1]), (false, [2, 3]))).Data.ToArray();
        Assert.Equal(2, ExecutorCall.DecodeResults(whole).Count);
        // The last word holds two bytes of data and thirty of padding, which nobody needs.
        for (var length = 0; length < whole.Length - 30; length++) Assert.Throws<AbiException>(() => ExecutorCall.DecodeResults(whole.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0000000000000000000000000000000000000000000000000000000010000000")]
    public void A_length_beyond_the_data_is_refused_before_anything_is_allocated(string length) => Assert.Throws<AbiException>(() =>
        ExecutorCall.DecodeResults(Hex.Decode("0x0000000000000000000000000000000000000000000000000000000000000020" + length)));

    [Fact]
    public void Items_and_profits_are_read_from_the_executors_logs_alone()
    {
        var item = SenderScene.ItemLog(Block(1), default, 3, true, [9]);
        var paid = Log(Block(1), Executor, ExecutorCall.ProfitPaidTopic, Word(500), new Hash32((UInt256)0xd011au));
        var receipt = new Receipt(default, 1, default, true, default, default, null,
        [
            item, paid,
            item with { Address = ScriptedProtocol.AddressOf(0xbad), Topic1 = new Hash32((UInt256)4u) },
            paid with { Address = ScriptedProtocol.AddressOf(0xbad) },
            item with { TopicCount = 1, Topic1 = new Hash32((UInt256)5u) },
        ]);
        Assert.Equal([3], ExecutorCall.DecodeItems(receipt, Executor).Keys);
        Assert.Equal([(ScriptedProtocol.AddressOf(0xd011a), (UInt256)500u)], ExecutorCall.DecodeProfits(receipt, Executor));
    }

    [Fact]
    public void Malformed_logs_of_the_executor_are_refused()
    {
        var item = SenderScene.ItemLog(Block(1), default, 0, true, [9]);
        AssertRefused(item with { Data = item.Data[..95] });
        AssertRefused(item with { Data = new AbiWriter().Word(2UL).Bytes([]).ToArray() });
        AssertRefused(item with { Topic1 = new Hash32(UInt256.MaxValue) });

        static void AssertRefused(Log log) =>
            Assert.Throws<AbiException>(() => ExecutorCall.DecodeItems(new(default, 1, default, true, default, default, null, [log]), Executor));
    }

    [Fact]
    public void The_least_profit_is_the_gas_shared_among_the_tokens_by_what_they_bring_and_rounded_up()
    {
        var cents = new RewardToken(ScriptedProtocol.AddressOf(0xce), 100UL);
        var plan = PlanOf(ScriptedProtocol.Call(Usd.Whole(75)), ScriptedProtocol.Call(Usd.Whole(25), token: cents));
        var cost = plan.CoinPrice.ToUsd(Wei.FromGwei(10) * plan.ExpectedGas);
        var minimums = ExecutorCall.MinProfits(plan, Wei.FromGwei(10));
        Assert.Equal([(Dollar.Address, cost.Value.Abs * 3UL / 4UL), (cents.Address, UInt256.DivUp(cost.Value.Abs / 4UL, 10_000_000_000_000_000UL))], minimums);
    }

    [Fact]
    public void A_token_is_named_once_however_many_calls_pay_it()
    {
        var plan = PlanOf(ScriptedProtocol.Call(Usd.Whole(75)), ScriptedProtocol.Call(Usd.Whole(25)), ScriptedProtocol.Call(Usd.Zero));
        Assert.Equal([(Dollar.Address, plan.CoinPrice.ToUsd(Wei.FromGwei(10) * plan.ExpectedGas).Value.Abs)], ExecutorCall.MinProfits(plan, Wei.FromGwei(10)));
    }

    [Fact]
    public void A_token_that_protocols_price_differently_is_named_once_and_by_the_price_that_asks_for_most_of_it()
    {
        var (cents, more) = (new RewardToken(ScriptedProtocol.AddressOf(0xce), 100UL), new RewardToken(ScriptedProtocol.AddressOf(0xce), 101UL));
        var plan = PlanOf(ScriptedProtocol.Call(Usd.Whole(75), token: cents), ScriptedProtocol.Call(Usd.Whole(100), token: more));
        var cost = plan.CoinPrice.ToUsd(Wei.FromGwei(10) * plan.ExpectedGas);
        Assert.Equal([(cents.Address, more.FromUsd(cost))], ExecutorCall.MinProfits(plan, Wei.FromGwei(10)));
        Assert.Equal(ExecutorGas.CalldataBytes([plan.Calls[0], plan.Calls[0]]), ExecutorGas.CalldataBytes(plan.Calls));
    }

    private static LiquidationPlan PlanOf(params LiquidationCall[] calls) =>
        new([new PlannedAccount("lend:1", new ScriptedProtocol(new()), calls)], Block(1), null, Wei.Zero, new(Usd.Whole(3_000), false), 0);

    private static List<(string Type, string Signature)> Signatures()
    {
        using var stream = typeof(Artifact).Assembly.GetManifestResourceStream($"artifacts/{Artifact.ExecutorName}.json")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("abi").EnumerateArray()
            .Where(entry => entry.TryGetProperty("name", out _))
            .Select(entry => (entry.GetProperty("type").GetString()!, $"{entry.GetProperty("name").GetString()}({string.Join(',', entry.GetProperty("inputs").EnumerateArray().Select(TypeOf))})"))];
    }

    private static string TypeOf(JsonElement input) =>
        input.GetProperty("type").GetString()! is var type && type.StartsWith("tuple", StringComparison.Ordinal)
            ? $"({string.Join(',', input.GetProperty("components").EnumerateArray().Select(TypeOf))}){type["tuple".Length..]}" : type;

    [Theory]
    [InlineData(10, 20, 14, 200)]
    [InlineData(10, 11, 8, 110)] // 7.7, rounded up
    [InlineData(10, 10, 7, 100)]
    [InlineData(10, 9, 7, 100)] // a lower price asks for no less
    [InlineData(0, 3, 21, 300)] // for nothing is as for the least that there is
    public void Least_profits_follow_the_price_of_gas_and_nothing_else_of_the_call_does(ulong from, ulong to, ulong first, ulong second)
    {
        var other = ScriptedProtocol.AddressOf(0x707);
        var calls = new[] { ScriptedProtocol.Call(Usd.Whole(1)), ScriptedProtocol.Call(Usd.Whole(2)) };
        ReadOnlyMemory<byte> call = ExecutorCall.Encode(calls, [(Dollar.Address, 7UL), (other, 100UL)], 99);
        var raised = ExecutorCall.WithLeastProfitsRaised(call, new(from), new(to));
        Assert.Equal([(Dollar.Address, first), (other, second)], ExecutorCall.DecodeMinProfits(raised.Span));
        Assert.Equal(Hex.Encode(ExecutorCall.Encode(calls, [(Dollar.Address, first), (other, second)], 99)), Hex.Encode(raised.Span));
    }
}
