using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Keeper.Conformance.Chain.Faults;

public abstract partial class ChainClientFaults
{
    private const string ErrorBody = "\"error\":{\"code\":-32601,\"message\":\"no such method\"}";

    private static readonly Dictionary<string, BadAnswer> BadAnswers = new()
    {
        ["status 429"] = new(ChainFault.RateLimited, Status(429, "slow down")),
        ["status 429 with a JSON-RPC error"] = new(ChainFault.RateLimited, Status(429, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"no\"}}")),
        ["status 500"] = new(ChainFault.Transport, Status(500, "")),
        ["status 500 with a result"] = new(ChainFault.Transport, (context, request) => WriteAsync(context, 500, JsonRpcText.Result(request, "0x7a69"))),
        ["status 502"] = new(ChainFault.Transport, Status(502, "<html>Bad gateway</html>")),
        ["status 503"] = new(ChainFault.Transport, Status(503, "")),
        ["status 400 without a JSON-RPC error"] = new(ChainFault.Transport, Status(400, "bad request")),
        ["status 401"] = new(ChainFault.Transport, Status(401, "{\"message\":\"who are you\"}")),
        ["status 403"] = new(ChainFault.Transport, Status(403, "<html>no</html>")),
        ["status 404"] = new(ChainFault.Transport, Status(404, "")),
        ["a redirect"] = new(ChainFault.Transport, RedirectAsync(301)),
        ["a redirect that keeps the method"] = new(ChainFault.Transport, RedirectAsync(307)),
        ["status 204"] = new(ChainFault.Malformed, (context, _) =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        }),
        ["an empty body"] = new(ChainFault.Malformed, Status(200, "")),
        ["a page in place of JSON"] = new(ChainFault.Malformed, Status(200, "<html>Welcome</html>")),
        ["a word in place of JSON-RPC"] = new(ChainFault.Malformed, Status(200, "\"0x7a69\"")),
        ["JSON that is nested without end"] = new(ChainFault.Malformed, Status(200, new string('[', 100_000))),
        ["JSON that is cut off"] = new(ChainFault.Malformed, (context, request) => WriteAsync(context, 200, JsonRpcText.Result(request, "0x7a69")[..^4])),
        ["a body of no encoding"] = new(ChainFault.Malformed, async (context, request) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await WriteAsync(context, 200, JsonRpcText.Result(request, "0x7a69"));
        }),
        ["a body above the limit"] = new(ChainFault.Malformed, (context, request) => WriteAsync(context, 200, JsonRpcText.Result(request, new string('0', 600_000)))),
        ["a body above the limit that does not say its length"] = new(ChainFault.Malformed, async (context, request) =>
        {
            for (var i = 0; i < 200 && !context.RequestAborted.IsCancellationRequested; i++) await context.Response.WriteAsync(new string(' ', 10_000));
            if (!context.RequestAborted.IsCancellationRequested) await context.Response.WriteAsync(JsonRpcText.Result(request, "0x7a69")); // right, for one that reads on
        }),
        ["a body above the limit once it is unpacked"] = new(ChainFault.Malformed, async (context, request) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(Zipped(new string(' ', 5_000_000) + JsonRpcText.Result(request, "0x7a69")));
        }),
        ["a connection that is reset before the answer"] = new(ChainFault.Transport, (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        }),
        ["a connection that is reset in the midst of the body"] = new(ChainFault.Transport, async (context, _) =>
        {
            context.Response.ContentLength = 1_000;
            await context.Response.WriteAsync("{\"jsonrpc\":\"2.0\",");
            await context.Response.Body.FlushAsync();
            context.Abort();
        }),
        ["an error of haste with status 200"] = new(ChainFault.RateLimited, (context, request) => WriteAsync(context, 200, JsonRpcText.Error(request, new ScriptedError(-32005, "daily request count exceeded, request rate limited")))),
    };

    public static TheoryData<string> BadAnswerNames => [.. BadAnswers.Keys];

    [Theory]
    [MemberData(nameof(BadAnswerNames))]
    public async Task A_bad_answer_over_HTTP_has_its_class_and_is_counted_once(string answer)
    {
        var bad = BadAnswers[answer];
        await using var stage = await SetAsync(Transport.Http);
        stage.Node.On("eth_chainId", _ => "0x7a69");
        Assert.Equal(31337ul, await stage.Client.GetChainIdAsync(stage.Patience)); // the connection is warm: its reuse must not hide a second try
        stage.Node.HttpFault = bad.AnswerAsync;
        await FailsAsync(stage, ChainIdAsync, bad.Fault);
        Assert.Equal(["ok", LabelOf(bad.Fault)], stage.Counted.Requests);
        Assert.Equal(2, stage.Node.Requests);
    }

    [Theory]
    [InlineData("status 503")]
    [InlineData("status 429")]
    [InlineData("a page in place of JSON")]
    [InlineData("a connection that is reset before the answer")]
    public async Task A_bad_answer_is_asked_for_again_within_bounds(string answer)
    {
        var bad = BadAnswers[answer];
        await using var stage = await SetAsync(Transport.Http, setup => setup with { Retries = 2 });
        stage.Node.On("eth_chainId", _ => "0x7a69");
        stage.Node.Next(bad.AnswerAsync);
        Assert.Equal(31337ul, await stage.Client.GetChainIdAsync(stage.Patience));
        Assert.Equal([LabelOf(bad.Fault), "ok"], stage.Counted.Requests);

        stage.Node.HttpFault = bad.AnswerAsync;
        await FailsAsync(stage, ChainIdAsync, bad.Fault);
        Assert.Equal(2 + 3, stage.Node.Requests);
    }

    [Fact]
    public async Task A_JSON_RPC_error_with_status_400_is_the_nodes_word()
    {
        await using var stage = await SetAsync(Transport.Http, setup => setup with { Retries = 2 });
        stage.Node.HttpFault = (context, request) => WriteAsync(context, 400, JsonRpcText.Answer(JsonRpcText.Id(request), ErrorBody));
        await FailsAsync(stage, ChainIdAsync, ChainFault.Rejected);
        Assert.Equal(["error"], stage.Counted.Requests);
        Assert.Equal(1, stage.Node.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_hangs_is_left_after_the_timeout(bool afterItsBeginning)
    {
        await using var stage = await SetAsync(Transport.Http, Timeout(0.5));
        stage.Node.HttpFault = async (context, _) =>
        {
            if (afterItsBeginning)
            {
                await context.Response.WriteAsync("{\"jsonrpc\":");
                await context.Response.Body.FlushAsync();
            }
            await Task.Delay(TimeSpan.FromSeconds(60), TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        await FailsAsync(stage, ChainIdAsync, ChainFault.Transport);
        Assert.Equal(["timeout"], stage.Counted.Requests);
        Assert.Equal(1, stage.Node.Requests);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/octet-stream")]
    [InlineData("nonsense")]
    public async Task The_content_type_is_not_what_makes_an_answer(string type)
    {
        await using var stage = await SetAsync(Transport.Http);
        stage.Node.HttpFault = (context, request) =>
        {
            context.Response.Headers.ContentType = type;
            return context.Response.WriteAsync(JsonRpcText.Result(request, "0x7a69"));
        };
        Assert.Equal(31337ul, await stage.Client.GetChainIdAsync(stage.Patience));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_to_where_it_leads()
    {
        await using var elsewhere = (await ScriptedNode.StartAsync()).On("eth_chainId", _ => "0x1");
        await using var stage = await SetAsync(Transport.Http);
        stage.Node.HttpFault = (context, _) =>
        {
            context.Response.StatusCode = 308;
            context.Response.Headers.Location = elsewhere.HttpUrl.ToString();
            return Task.CompletedTask;
        };
        await FailsAsync(stage, ChainIdAsync, ChainFault.Transport);
        Assert.Equal((1, 0), (stage.Node.Requests, elsewhere.Requests));
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_a_fault_of_transport()
    {
        await using var stage = await SetAsync(Transport.Http);
        await stage.Node.DisposeAsync();
        await FailsAsync(stage, ChainIdAsync, ChainFault.Transport);
        Assert.Equal(["transport"], stage.Counted.Requests);
    }

    [Fact]
    public async Task A_caller_that_cancels_is_told_so_and_no_fault_is_counted()
    {
        await using var stage = await SetAsync(Transport.Http);
        stage.Node.HttpFault = (context, _) => Task.Delay(TimeSpan.FromSeconds(60), TimeProvider.System, context.RequestAborted);
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage.Client.GetChainIdAsync(cancelled.Token));
        Assert.Empty(stage.Counted.Requests);
    }

    private static string LabelOf(ChainFault fault) => fault.ToString().ToLowerInvariant();

    private static Func<HttpContext, JsonElement, Task> Status(int status, string body) => (context, _) => WriteAsync(context, status, body);

    private static Func<HttpContext, JsonElement, Task> RedirectAsync(int status) => (context, _) =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = "/elsewhere"; // on the same node: one that follows is counted twice
        return Task.CompletedTask;
    };

    private static Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }

    private static byte[] Zipped(string text)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest)) zip.Write(Encoding.ASCII.GetBytes(text));
        return packed.ToArray();
    }

    private sealed record BadAnswer(ChainFault Fault, Func<HttpContext, JsonElement, Task> AnswerAsync);
}
