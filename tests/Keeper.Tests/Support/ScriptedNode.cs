using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using Keeper.Core.Chain.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Keeper.Tests.Support;

/// <summary>
/// A node on a real port that answers by script: right answers by method, and wrong ones where a fault is set. It assumes no more of a
/// client than JSON-RPC does: an object or a batch, ids of any kind, given back as they came.
/// </summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<JsonElement, object?>> _methods = new();
    private readonly ConcurrentQueue<Func<HttpContext, JsonElement, Task>> _script = new();
    private readonly ConcurrentDictionary<ScriptedSocket, byte> _sockets = new();

    private ScriptedNode(WebApplication app) => _app = app;

    public Uri HttpUrl { get; private set; } = null!;
    public Uri WsUrl => new UriBuilder(HttpUrl) { Scheme = "ws" }.Uri;

    /// <summary>Methods asked for, over HTTP and WebSocket, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The number of HTTP requests: a batch is one.</summary>
    public int Requests;

    /// <summary>Those that were refused, too.</summary>
    public int SocketsOpened;

    /// <summary>Requests through sockets, subscriptions left out.</summary>
    public int SocketRequests;

    /// <summary>Sockets stay open and hear nothing.</summary>
    public bool Mute { get; set; }

    public TimeSpan SubscriptionDelay { get; set; }

    /// <summary>Upgrades to a WebSocket get status 503.</summary>
    public bool RefuseSockets { get; set; }

    /// <summary>The text that answers a request on either transport, subscriptions left out; null leaves it to the methods.</summary>
    public Func<JsonElement, string?>? Fault { get; set; }

    /// <summary>Answers an HTTP request in place of everything else.</summary>
    public Func<HttpContext, JsonElement, Task>? HttpFault { get; set; }

    /// <summary>Sees each message of a socket first; true where nothing else shall answer it.</summary>
    public Func<ScriptedSocket, JsonElement, Task<bool>>? SocketFault { get; set; }

    /// <summary>Happens to a socket as soon as it is open.</summary>
    public Func<ScriptedSocket, Task>? SocketOpened { get; set; }

    public static async Task<ScriptedNode> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var node = new ScriptedNode(app);
        app.UseWebSockets();
        app.Run(node.HandleAsync);
        await app.StartAsync();
        node.HttpUrl = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return node;
    }

    /// <summary>From now on the method is answered by this; a <see cref="ScriptedError"/> becomes an error.</summary>
    public ScriptedNode On(string method, Func<JsonElement, object?> answer)
    {
        _methods[method] = answer;
        return this;
    }

    /// <summary>The next request gets this body, whatever it asks; <c>{id}</c> stands for its first id.</summary>
    public ScriptedNode Next(int status, string body, string contentType = "application/json") => Next(async (context, request) =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body.Replace("{id}", JsonRpcText.Id(JsonRpcText.Calls(request)[0]), StringComparison.Ordinal));
    });

    /// <summary>The next request is answered so.</summary>
    public ScriptedNode Next(Func<HttpContext, JsonElement, Task> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    /// <summary>Tells every subscriber: those of logs where the payload is a log, those of heads otherwise.</summary>
    public void Notify(object payload)
    {
        if (Mute) return;
        var kind = JsonSerializer.SerializeToElement(payload).TryGetProperty("topics", out _) ? "logs" : "newHeads";
        EachSocket(socket => socket.NotifyAsync(kind, payload));
    }

    /// <summary>Sends bytes that are no message.</summary>
    public void Babble(string text) => EachSocket(socket => socket.SendAsync(text));

    /// <summary>In turn, to every open socket; one that is gone is passed over.</summary>
    public void EachSocket(Func<ScriptedSocket, Task> act)
    {
        foreach (var socket in _sockets.Keys) act(socket).GetAwaiter().GetResult();
    }

    /// <summary>A close frame to every socket.</summary>
    public async Task CloseSocketsAsync()
    {
        foreach (var socket in _sockets.Keys)
        {
            _sockets.TryRemove(socket, out _);
            await socket.CloseAsync();
        }
    }

    /// <summary>Every socket breaks without a close frame.</summary>
    public void ResetSockets()
    {
        foreach (var socket in _sockets.Keys)
        {
            _sockets.TryRemove(socket, out _);
            socket.Abort();
        }
    }

    /// <summary>The right answer to a request, as the methods give it.</summary>
    public string Answer(JsonElement request) =>
        request.ValueKind == JsonValueKind.Array ? JsonRpcText.Batch(request.EnumerateArray().Select(AnswerOne)) : AnswerOne(request);

    public async ValueTask DisposeAsync()
    {
        ResetSockets();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            Interlocked.Increment(ref SocketsOpened);
            if (RefuseSockets) context.Response.StatusCode = 503;
            else await HandleSocketAsync(await context.WebSockets.AcceptWebSocketAsync());
            return;
        }
        Interlocked.Increment(ref Requests);
        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        if (_script.TryDequeue(out var scripted)) await scripted(context, request.RootElement);
        else if (HttpFault is { } fault) await fault(context, request.RootElement);
        else
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Fault?.Invoke(request.RootElement) ?? Answer(request.RootElement));
        }
    }

    private async Task HandleSocketAsync(WebSocket opened)
    {
        var socket = new ScriptedSocket(opened);
        _sockets[socket] = 0;
        try
        {
            if (SocketOpened is { } happens) await happens(socket);
            while (await socket.ReceiveAsync() is { } message)
            {
                using var request = JsonDocument.Parse(message);
                await HandleMessageAsync(socket, request.RootElement);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or InvalidOperationException)
        {
            // The other side is gone.
        }
        _sockets.TryRemove(socket, out _);
    }

    private async Task HandleMessageAsync(ScriptedSocket socket, JsonElement request)
    {
        var subscribes = JsonRpcText.Method(JsonRpcText.Calls(request)[0]) is "eth_subscribe" or "eth_unsubscribe";
        if (!subscribes) Interlocked.Increment(ref SocketRequests);
        if (SocketFault is { } fault && await fault(socket, request)) return;
        if (!subscribes)
        {
            await socket.SendAsync(Fault?.Invoke(request) ?? Answer(request));
            return;
        }
        var answer = _methods.ContainsKey("eth_subscribe") ? Answer(request) : Subscribe(socket, request);
        _ = Task.Delay(SubscriptionDelay, TimeProvider.System, CancellationToken.None).ContinueWith(_ => socket.SendAsync(answer), TaskScheduler.Default);
    }

    private string Subscribe(ScriptedSocket socket, JsonElement call)
    {
        var method = JsonRpcText.Method(call);
        object answer = method == "eth_subscribe" ? socket.Subscribe(call.GetProperty("params")[0].GetString()!) : true;
        Asked.Enqueue(method); // after it: who sees it asked for may notify at once
        return JsonRpcText.Result(call, answer);
    }

    private string AnswerOne(JsonElement call)
    {
        var method = JsonRpcText.Method(call);
        Asked.Enqueue(method);
        var parameters = call.TryGetProperty("params", out var given) ? given.Clone() : JsonSerializer.SerializeToElement(Array.Empty<object>());
        var result = _methods.TryGetValue(method, out var answer) ? answer(parameters) : new ScriptedError(-32601, "the method does not exist");
        return result is ScriptedError error ? JsonRpcText.Error(call, error) : JsonRpcText.Result(call, result);
    }
}
