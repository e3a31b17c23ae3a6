using System.Net.WebSockets;
using System.Text;
using Keeper.Core.Chain;
using Keeper.Tests.Support;

namespace Keeper.Conformance.Chain.Faults;

/// <summary>Requests through a socket, for an endpoint without HTTP.</summary>
public abstract partial class ChainClientFaults
{
    private const string Huge = "a message above the limit";

    private static readonly Dictionary<string, Func<ScriptedSocket, string, Task>> OddFrames = new()
    {
        ["newlines between its tokens"] = (socket, answer) => socket.SendAsync("\n{\r\n" + answer[1..].Replace(",\"", ",\n\t\"", StringComparison.Ordinal) + "\n\n"),
        ["many fragments"] = (socket, answer) => socket.SendAsync(answer, fragments: 7),
        ["a fragment for each byte"] = (socket, answer) => socket.SendAsync(answer, fragments: answer.Length),
        ["a binary frame"] = (socket, answer) => socket.SendAsync(Encoding.UTF8.GetBytes(answer), WebSocketMessageType.Binary),
        ["chatter before it"] = async (socket, answer) =>
        {
            foreach (var chatter in (string[])["", "{", "[]", "7", "null", "\"x\"", "{}", "{\"id\":{}}", "{\"id\":[7],\"result\":\"0x1\"}", "{\"jsonrpc\":\"2.0\",\"id\":987654321987,\"result\":\"0x1\"}"]) await socket.SendAsync(chatter);
            await socket.SendAsync(JsonRpcText.Notification("0xdead", new { hash = 7 }));
            await socket.SendAsync(answer);
        },
        ["the same again after it"] = async (socket, answer) =>
        {
            await socket.SendAsync(answer);
            await socket.SendAsync(answer);
        },
    };

    private static readonly Dictionary<string, (string Reason, Func<ScriptedSocket, Task> Act)> Ends = new()
    {
        ["a close frame"] = ("closed", socket => socket.CloseAsync()),
        ["an abort"] = ("reset", socket =>
        {
            socket.Abort();
            return Task.CompletedTask;
        }),
        [Huge] = ("oversized", socket => socket.SendAsync(new string(' ', 400_000))),
    };

    public static TheoryData<string> OddFrameNames => [.. OddFrames.Keys];

    public static TheoryData<string> EndNames => [.. Ends.Keys];

    [Theory]
    [MemberData(nameof(OddFrameNames))]
    public async Task An_answer_through_a_socket_is_read_with(string frame)
    {
        await using var stage = await SetAsync(Transport.Socket);
        stage.Node.On("eth_chainId", _ => "0x7a69");
        stage.Node.SocketFault = async (socket, request) =>
        {
            await OddFrames[frame](socket, stage.Node.Answer(request));
            return true;
        };
        for (var i = 0; i < 3; i++) Assert.Equal(31337ul, await stage.Client.GetChainIdAsync(stage.Patience));
        Assert.Equal(["ok", "ok", "ok"], stage.Counted.Requests);
        Assert.Equal((3, 1), (stage.Node.SocketRequests, stage.Node.SocketsOpened));
    }

    [Theory]
    [MemberData(nameof(EndNames))]
    public async Task A_socket_that_ends_in_place_of_an_answer_fails_the_request_and_is_opened_again(string end)
    {
        await using var stage = await SetAsync(Transport.Socket);
        stage.Node.On("eth_chainId", _ => "0x7a69");
        stage.Node.SocketFault = async (socket, _) =>
        {
            await Ends[end].Act(socket);
            return true;
        };
        await FailsAsync(stage, ChainIdAsync, ChainFault.Transport);
        stage.Node.SocketFault = null;
        Assert.Equal(31337ul, await stage.Client.GetChainIdAsync(stage.Patience));
        Assert.Equal(["transport", "ok"], stage.Counted.Requests);
        Assert.Equal(1, stage.Counted.Reconnects(Ends[end].Reason));
        Assert.Equal((2, 2), (stage.Node.SocketRequests, stage.Node.SocketsOpened));
    }

    [Theory]
    [MemberData(nameof(EndNames))]
    public async Task A_read_survives_a_socket_that_ends_where_it_may_be_repeated(string end)
    {
        await using var stage = await SetAsync(Transport.Socket, setup => setup with { Retries = 2 });
        stage.Node.On("eth_chainId", _ => "0x7a69");
        var ended = 0;
        stage.Node.SocketFault = async (socket, _) =>
        {
            if (Interlocked.Increment(ref ended) > 1) return false;
            await Ends[end].Act(socket);
            return true;
        };
        Assert.Equal(31337ul, await stage.Client.GetChainIdAsync(stage.Patience));
        Assert.Equal(["transport", "ok"], stage.Counted.Requests);
    }

    [Fact]
    public async Task A_request_that_a_socket_never_answers_is_left_after_the_timeout_and_the_next_is_answered()
    {
        await using var stage = await SetAsync(Transport.Socket, Timeout(0.5));
        stage.Node.On("eth_chainId", _ => "0x7a69");
        stage.Node.SocketFault = (_, _) => Task.FromResult(true);
        await FailsAsync(stage, ChainIdAsync, ChainFault.Transport);
        Assert.Equal(["timeout"], stage.Counted.Requests);
        stage.Node.SocketFault = null;
        Assert.Equal(31337ul, await stage.Client.GetChainIdAsync(stage.Patience));
    }
}
