using System.Text;
using System.Text.Json;
using Keeper.Chain.Nethereum.Rpc;
using Keeper.Core.Chain.Nodes;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;
using Nethereum.RPC.Eth;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.Fee1559Suggestions;
using Nethereum.RPC.NonceServices;
using Nethereum.Signer;

namespace Keeper.Tests.Chain.Nethereum;

/// <summary>What Nethereum 6.1.0 does that this project must not: each control shows it, beside the test that it does not happen here.</summary>
public class PitfallTests
{
    private const string Account = "0x00000000000000000000000000000000000000aa";

    [Fact]
    public async Task Control_a_token_that_is_passed_where_the_library_has_an_id_becomes_the_id()
    {
        var client = new CapturingClient("0x1");
        using var cancellation = new CancellationTokenSource();
        await new EthGetBalance(client).SendRequestAsync(Account, BlockParameter.CreateLatest(), cancellation.Token);
        Assert.IsType<CancellationToken>(Assert.Single(client.Requests).Id);
    }

    [Fact]
    public void An_id_on_the_wire_is_a_number_whatever_the_request_holds()
    {
        var written = JsonCodec.Instance.Write([new RpcRequest(CancellationToken.None, "eth_chainId"), new RpcRequest(null, "eth_blockNumber")], 41);
        using var json = JsonDocument.Parse(written);
        Assert.Equal([41, 42], json.RootElement.EnumerateArray().Select(request => request.GetProperty("id").GetInt32()));
    }

    [Fact]
    public void Control_a_missing_batch_answer_is_null_without_an_error()
    {
        var batch = new RpcRequestResponseBatch();
        var item = new EthGetBalance(new CapturingClient("0x1")).CreateBatchItem(Account, BlockParameter.CreateLatest(), 1);
        batch.BatchItems.Add(item);
        batch.UpdateBatchItemResponses([]);
        Assert.Null(item.Response);
        Assert.False(item.HasError);
    }

    [Theory]
    [InlineData("""[{"id":1,"result":"0x1"}]""", "answer 2 of 2 is missing")]
    [InlineData("[]", "answer 1 of 2 is missing")]
    [InlineData("""[{"id":1,"result":"0x1"},{"id":1,"result":"0x1"}]""", "an answer came twice")]
    [InlineData("""[{"id":1,"result":"0x1"},{"id":2}]""", "the answer has neither result nor error")]
    [InlineData("""[{"id":1,"result":"0x1"},{"id":"2","result":"0x1"}]""", "the answer has a wrong id")]
    [InlineData("""[{"id":1,"result":"0x1"},7]""", "the answer is not an object")]
    [InlineData("""[{"id":1,"result":"0x1"}] []""", "the answer is not JSON")]
    public void A_batch_that_is_not_whole_is_no_answer(string body, string reason) =>
        Assert.Equal(reason, Assert.Throws<MalformedAnswerException>(() => JsonCodec.Instance.Read(Encoding.UTF8.GetBytes(body), 1, 2)).Message);

    [Fact]
    public async Task Control_the_librarys_nonce_service_leaves_a_gap_after_a_send_that_failed()
    {
        var service = new InMemoryNonceService(Account, new CapturingClient("0x5"));
        await service.GetNextNonceAsync(); // 5, whose transaction is refused
        Assert.Equal(6, (await service.GetNextNonceAsync()).Value);
    }

    [Fact]
    public void Control_the_librarys_fee_strategy_rounds_an_increase_of_290_percent_down_to_its_bound_of_200()
    {
        var history = new FeeHistoryResult { Reward = [.. new[] { 100, 100, 100, 390 }.Select(reward => new[] { new HexBigInteger(reward) })] };
        // By its own rule, the rewards before a rise of more than 200 % are left out, and the answer is 390.
        Assert.Equal(100, new MedianPriorityFeeHistorySuggestionStrategy().EstimatePriorityFee(history));
    }

    [Fact]
    public void Control_the_librarys_recoverable_signature_fails_for_a_key_that_begins_with_zero()
    {
        var before = EthECKey.SignRecoverable;
        EthECKey.SignRecoverable = true;
        try
        {
            var key = Convert.FromHexString("00f1e2d3c4b5a6978877665544332211fedcba98765432100123456789abcdef");
            Assert.ThrowsAny<Exception>(() => new EthECKey(key, isPrivate: true).SignAndCalculateYParityV(new byte[32]));
        }
        finally
        {
            EthECKey.SignRecoverable = before; // of the whole process
        }
    }

    [Fact]
    public void Nonces_and_fees_of_the_library_are_not_used()
    {
        string[] banned = ["NonceService", "Fee1559Suggestion", "SuggestionStrategy", "TransactionManagerBase"];
        var sources = Directory.GetFiles(Path.Combine(Tidy.Repository.Root, "src", "Keeper.Chain.Nethereum"), "*.cs", SearchOption.AllDirectories).Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.All(banned, name => Assert.DoesNotContain(name, File.ReadAllText(source), StringComparison.Ordinal)));
    }

    [Fact]
    public void Control_the_library_reads_a_quantity_without_a_prefix_and_an_empty_one()
    {
        var block = new RpcResponseMessage(1, (object)JObjectOf("""{"number":"10","gasUsed":"0x"}""")).GetResult<Block>();
        Assert.Equal(16, block.Number.Value);
        Assert.Equal(0, block.GasUsed.Value);
    }

    [Theory]
    [InlineData("\"10\"")]
    [InlineData("10")]
    [InlineData("\"0x\"")]
    [InlineData("\"\"")]
    [InlineData("\"0x1g\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("true")]
    public void A_quantity_that_is_none_is_refused_where_it_is_needed_and_passed_over_elsewhere(string quantity)
    {
        var needed = JObjectOf($$"""{"number":{{quantity}}}""");
        Assert.Throws<MalformedAnswerException>(() => StrictJson.To<Block>(needed).ToHeader(isSealed: false));
        var hash = $"0x{new string('1', 64)}";
        var elsewhere = JObjectOf($$"""{"number":"0x10","hash":"{{hash}}","parentHash":"{{hash}}","timestamp":"0x1","gasLimit":"0x2","gasUsed":"0x3","totalDifficulty":{{quantity}}}""");
        Assert.Equal(16ul, StrictJson.To<Block>(elsewhere).ToHeader(isSealed: false)!.Ref.Number);
    }

    [Fact]
    public void Text_that_looks_like_a_date_stays_text_and_depth_is_bounded()
    {
        Assert.Equal("2026-01-01T00:00:00Z", StrictJson.Parse("\"2026-01-01T00:00:00Z\""u8.ToArray()).ToString());
        var deep = Encoding.UTF8.GetBytes(new string('[', 100_000));
        Assert.Throws<MalformedAnswerException>(() => StrictJson.Parse(deep));
    }

    private static Newtonsoft.Json.Linq.JObject JObjectOf(string json) => (Newtonsoft.Json.Linq.JObject)StrictJson.Parse(Encoding.UTF8.GetBytes(json));

    /// <summary>Answers everything with one result and remembers what it was asked.</summary>
    private sealed class CapturingClient(string result) : ClientBase
    {
        public List<RpcRequestMessage> Requests { get; } = [];

        public override Task<RpcResponseMessage> SendAsync(RpcRequestMessage rpcRequestMessage, string? route = null)
        {
            Requests.Add(rpcRequestMessage);
            return Task.FromResult(new RpcResponseMessage(rpcRequestMessage.Id, (object)result));
        }

        protected override Task<RpcResponseMessage[]> SendAsync(RpcRequestMessage[] requests) => throw new NotSupportedException();
    }
}
