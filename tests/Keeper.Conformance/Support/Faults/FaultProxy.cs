using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Keeper.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Keeper.Conformance.Support.Faults;

/// <summary>
/// Stands between a keeper and a real node, over HTTP and WebSocket. Each call is answered by the rule of its method, and by the node where
/// it has none. Keeps every call. Subscriptions are the node's own, told through the socket until it is muted or broken.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly Uri _nodeHttp, _nodeWs;
    private readonly ConcurrentDictionary<string, FaultRule> _rules = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<FaultCall> _calls = new();
    private readonly ConcurrentDictionary<SocketPipe, byte> _pipes = new();

    private FaultProxy(WebApplication app, Uri nodeHttp, Uri nodeWs) => (_app, _nodeHttp, _nodeWs) = (app, nodeHttp, nodeWs);

    public Uri HttpUrl { get; private set; } = null!;
    public Uri WsUrl => new UriBuilder(HttpUrl) { Scheme = "ws" }.Uri;

    /// <summary>For methods without a rule of their own.</summary>
    public FaultRule Otherwise { get; set; } = Rules.Pass;

    /// <summary>Sockets stay open, and what the node says in them is lost.</summary>
    public bool IsMute { get; set; }

    /// <summary>Whatever the node says in a socket arrives twice.</summary>
    public bool IsEchoing { get; set; }

    /// <summary>New sockets get status 503.</summary>
    public bool RefusesSockets { get; set; }

    /// <summary>Hears every answer of a read of a block, and whatever is told in a socket, before it leaves.</summary>
    public Action<string>? Told { get; set; }

    /// <summary>Sockets that were ever opened.</summary>
    public int SocketsOpened;

    public static async Task<FaultProxy> StartAsync(Uri nodeHttp, Uri nodeWs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var proxy = new FaultProxy(app, nodeHttp, nodeWs);
        app.UseWebSockets();
        app.Run(proxy.HandleAsync);
        await app.StartAsync();
        proxy.HttpUrl = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return proxy;
    }

    /// <summary>From now on; calls of the method are counted anew.</summary>
    public FaultProxy On(string method, FaultRule rule)
    {
        _counts[method] = 0;
        _rules[method] = rule;
        return this;
    }

    /// <summary>From now on the node answers everything.</summary>
    public void Mend()
    {
        _rules.Clear();
        Otherwise = Rules.Pass;
        IsMute = IsEchoing = RefusesSockets = false;
    }

    /// <summary>Every call of a method so far, in order.</summary>
    public IReadOnlyList<FaultCall> Calls(string method) => [.. _calls.Where(call => call.Method == method)];

    /// <summary>Every transaction that was handed to this endpoint.</summary>
    public IReadOnlyList<FaultCall> Sends => Calls("eth_sendRawTransaction");

    /// <summary>Every socket breaks without a close frame.</summary>
    public void ResetSockets()
    {
        foreach (var pipe in _pipes.Keys) pipe.Abort();
    }

    /// <summary>A close frame to every socket.</summary>
    public async Task CloseSocketsAsync()
    {
        foreach (var pipe in _pipes.Keys) await pipe.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        ResetSockets();
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest) await PipeAsync(context);
        else
        {
            using var request = await JsonDocument.ParseAsync(context.Request.Body);
            var answers = await Task.WhenAll(JsonRpcText.Calls(request.RootElement).Select(call => AnswerAsync(call, context.RequestAborted)));
            await WriteAsync(context, request.RootElement.ValueKind == JsonValueKind.Array, answers);
        }
    }

    private static async Task WriteAsync(HttpContext context, bool isBatch, FaultAnswer[] answers)
    {
        if (answers.OfType<FaultAnswer.Reset>().Any())
        {
            context.Abort();
            return;
        }
        var body = answers.OfType<FaultAnswer.Body>().FirstOrDefault();
        var texts = answers.OfType<FaultAnswer.Json>().Select(answer => answer.Text);
        context.Response.StatusCode = body?.Status ?? 200;
        context.Response.ContentType = body?.ContentType ?? "application/json";
        await context.Response.WriteAsync(body?.Text ?? (isBatch ? JsonRpcText.Batch(texts) : texts.First()));
    }

    private async Task PipeAsync(HttpContext context)
    {
        Interlocked.Increment(ref SocketsOpened);
        if (RefusesSockets)
        {
            context.Response.StatusCode = 503;
            return;
        }
        using var node = new ClientWebSocket();
        await node.ConnectAsync(_nodeWs, context.RequestAborted);
        using var client = await context.WebSockets.AcceptWebSocketAsync();
        var pipe = new SocketPipe(client, node, call => AnswerAsync(call, context.RequestAborted), message =>
        {
            if (!IsMute) Told?.Invoke(Encoding.UTF8.GetString(message));
            return IsMute ? 0 : IsEchoing ? 2 : 1;
        });
        _pipes[pipe] = 0;
        await pipe.RunAsync();
        _pipes.TryRemove(pipe, out _);
    }

    private async Task<FaultAnswer> AnswerAsync(JsonElement json, CancellationToken ended)
    {
        var method = JsonRpcText.Method(json);
        var call = new FaultCall(json.Clone(), _counts.AddOrUpdate(method, 1, (_, count) => count + 1), ForwardAsync, ended);
        _calls.Enqueue(call);
        try
        {
            var answer = await (_rules.TryGetValue(method, out var rule) ? rule : Otherwise)(call);
            if (Told is { } told && answer is FaultAnswer.Json(var text) && method is "eth_getBlockByNumber" or "eth_getBlockByHash") told(text);
            return answer;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            // The node is gone, or the caller.
            return new FaultAnswer.Reset();
        }
    }

    private async Task<string> ForwardAsync(JsonElement json)
    {
        using var content = new StringContent(json.GetRawText(), Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(_nodeHttp, content);
        return await response.Content.ReadAsStringAsync();
    }
}
