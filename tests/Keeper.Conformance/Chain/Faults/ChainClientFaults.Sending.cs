using Keeper.Core.Chain;
using Keeper.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Keeper.Conformance.Chain.Faults;

public abstract partial class ChainClientFaults
{
    private static readonly byte[] Raw = [0x02, 0xc0, 0x01];

    [Theory]
    [MemberData(nameof(BadAnswerNames))]
    public async Task A_send_with_a_bad_answer_is_open_and_each_endpoint_heard_it_once(string answer)
    {
        await using var second = await ScriptedNode.StartAsync();
        using var other = new Counted("second");
        await using var stage = await SetAsync(Transport.Http, setup => setup with { Retries = 3, Endpoints = [.. setup.Endpoints, new("second", FaultStage.WithSecrets(second.HttpUrl), null)] });
        foreach (var node in (ScriptedNode[])[stage.Node, second]) node.On("eth_chainId", _ => "0x7a69");
        await stage.Client.GetChainIdAsync(stage.Patience); // a warm connection
        var before = stage.Node.Requests;
        foreach (var node in (ScriptedNode[])[stage.Node, second]) node.HttpFault = BadAnswers[answer].AnswerAsync;
        var result = await stage.Client.SendRawTransactionAsync(Raw, stage.Patience);

        Assert.Equal(SendError.Ambiguous, result.Error);
        Assert.True(result.MayBePending);
        stage.AssertNoSecret(result.Message);
        Assert.DoesNotContain(":" + second.HttpUrl.Port, result.Message ?? "", StringComparison.Ordinal);
        Assert.Equal((1, 1), (stage.Node.Requests - before, second.Requests));
        Assert.Equal(["ok", LabelOf(BadAnswers[answer].Fault)], stage.Counted.Requests);
        Assert.Equal([LabelOf(BadAnswers[answer].Fault)], other.Requests);
    }

    [Theory]
    [InlineData("\"0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\"", Transport.Http)]
    [InlineData("\"0x5a\"", Transport.Http)]
    [InlineData("null", Transport.Http)]
    [InlineData("{}", Transport.Http)]
    [InlineData("\"0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\"", Transport.Socket)]
    [InlineData("null", Transport.Socket)]
    public async Task An_acceptance_with_another_hash_or_none_is_open(string result, Transport transport)
    {
        await using var stage = await SetAsync(transport, setup => setup with { Retries = 3 });
        stage.Node.Fault = request => JsonRpcText.Answer(JsonRpcText.Id(JsonRpcText.Calls(request)[0]), $"\"result\":{result}");
        var sent = await stage.Client.SendRawTransactionAsync(Raw, stage.Patience);
        Assert.Equal(SendError.Ambiguous, sent.Error);
        stage.AssertNoSecret(sent.Message);
        Assert.Equal(1, stage.Reached);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    public async Task A_refusal_of_a_send_is_classified_with_either_status(int status)
    {
        await using var stage = await SetAsync(Transport.Http, setup => setup with { Retries = 3 });
        stage.Node.HttpFault = (context, request) => WriteAsync(context, status, JsonRpcText.Error(JsonRpcText.Calls(request)[0], new ScriptedError(-32000, "nonce too low: next nonce 7, tx nonce 5")));
        Assert.Equal(SendError.NonceTooLow, (await stage.Client.SendRawTransactionAsync(Raw, stage.Patience)).Error);
        Assert.Equal(1, stage.Reached);
        Assert.Equal(["error"], stage.Counted.Requests);
    }

    [Fact]
    public async Task A_send_without_an_answer_is_open_after_the_timeout()
    {
        await using var stage = await SetAsync(Transport.Http, setup => Timeout(0.5)(setup) with { Retries = 3 });
        stage.Node.HttpFault = (context, _) => Task.Delay(TimeSpan.FromSeconds(60), TimeProvider.System, context.RequestAborted);
        var sent = await stage.Client.SendRawTransactionAsync(Raw, stage.Patience);
        Assert.Equal(SendError.Ambiguous, sent.Error);
        stage.AssertNoSecret(sent.Message);
        Assert.Equal((1, "timeout"), (stage.Node.Requests, Assert.Single(stage.Counted.Requests)));
    }

    [Theory]
    [InlineData("no answer")]
    [InlineData("a close frame")]
    [InlineData("a broken socket")]
    [InlineData("text that is no answer")]
    public async Task A_send_through_a_socket_that_fails_is_open_and_was_heard_once(string fault)
    {
        await using var stage = await SetAsync(Transport.Socket, setup => Timeout(1)(setup) with { Retries = 3 });
        stage.Node.SocketFault = async (socket, _) =>
        {
            if (fault == "a close frame") await socket.CloseAsync();
            if (fault == "a broken socket") socket.Abort();
            if (fault == "text that is no answer") await socket.SendAsync("{\"jsonrpc\":\"2.0\"");
            return true;
        };
        var sent = await stage.Client.SendRawTransactionAsync(Raw, stage.Patience);
        Assert.Equal(SendError.Ambiguous, sent.Error);
        stage.AssertNoSecret(sent.Message);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System); // the next socket must not bring it again
        Assert.Equal(1, stage.Node.SocketRequests);
    }

    [Fact]
    public async Task A_send_to_a_node_that_is_not_there_is_open()
    {
        await using var stage = await SetAsync(Transport.Http);
        await stage.Node.DisposeAsync();
        var sent = await stage.Client.SendRawTransactionAsync(Raw, stage.Patience);
        Assert.Equal(SendError.Ambiguous, sent.Error);
        stage.AssertNoSecret(sent.Message);
    }
}
