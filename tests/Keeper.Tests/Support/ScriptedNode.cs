using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
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

/// <summary>A node on a real port that answers by script: right answers by method, and wrong ones, one HTTP request each, in the order given.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<JsonElement, object?>> _methods = new();
    private readonly ConcurrentQueue<Func<HttpContext, JsonElement, Task>> _script = new();
    private readonly ConcurrentDictionary<WebSocket, Lock> _sockets = new();

    private ScriptedNode(WebApplication app) => _app = app;

    public Uri HttpUrl { get; private set; } = null!;
    public Uri WsUrl => new UriBuilder(HttpUrl) { Scheme = "ws" }.Uri;
    public RpcEndpoint HttpOnly => new() { Name = "scripted", HttpUrl = HttpUrl, RequestTimeout = TimeSpan.FromSeconds(5) };
    public RpcEndpoint Both => HttpOnly with { WsUrl = WsUrl };

    /// <summary>Methods asked for, over HTTP and WebSocket, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The number of HTTP requests: a batch is one.</summary>
    public int Requests;

    public int SocketsOpened;

    /// <summary>Sockets stay open and hear nothing.</summary>
    public bool Mute { get; set; }

    public TimeSpan SubscriptionDelay { get; set; }

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
        await context.Response.WriteAsync(body.Replace("{id}", FirstId(request).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
    });

    /// <summary>The next request is answered so.</summary>
    public ScriptedNode Next(Func<HttpContext, JsonElement, Task> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    public static long FirstId(JsonElement request) => (request.ValueKind == JsonValueKind.Array ? request[0] : request).GetProperty("id").GetInt64();

    /// <summary>Tells every subscriber.</summary>
    public void Notify(object payload)
    {
        if (Mute) return;
        var message = new { jsonrpc = "2.0", method = "eth_subscription", @params = new { subscription = "0x1", result = payload } };
        foreach (var socket in _sockets.Keys) Send(socket, JsonSerializer.SerializeToUtf8Bytes(message));
    }

    /// <summary>Sends bytes that are no message.</summary>
    public void Babble(string text)
    {
        foreach (var socket in _sockets.Keys) Send(socket, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>A close frame to every socket.</summary>
    public async Task CloseSocketsAsync()
    {
        foreach (var socket in _sockets.Keys)
        {
            _sockets.TryRemove(socket, out _);
            await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "going away", CancellationToken.None);
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

    public async ValueTask DisposeAsync()
    {
        ResetSockets();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            await HandleSocketAsync(await context.WebSockets.AcceptWebSocketAsync());
            return;
        }
        Interlocked.Increment(ref Requests);
        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        if (_script.TryDequeue(out var scripted)) await scripted(context, request.RootElement);
        else await context.Response.WriteAsJsonAsync(Answer(request.RootElement));
    }

    private async Task HandleSocketAsync(WebSocket socket)
    {
        Interlocked.Increment(ref SocketsOpened);
        _sockets[socket] = new Lock();
        var buffer = new byte[64 * 1024];
        try
        {
            while (socket.State == WebSocketState.Open)
            {
                var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close) break;
                using var request = JsonDocument.Parse(buffer.AsMemory(0, received.Count));
                var delay = request.RootElement.ValueKind == JsonValueKind.Object && request.RootElement.GetProperty("method").GetString() == "eth_subscribe" ? SubscriptionDelay : TimeSpan.Zero;
                var answer = JsonSerializer.SerializeToUtf8Bytes(Answer(request.RootElement));
                _ = Task.Delay(delay, TimeProvider.System, CancellationToken.None).ContinueWith(_ => Send(socket, answer), TaskScheduler.Default);
            }
        }
        catch (WebSocketException)
        {
            // The other side is gone.
        }
        _sockets.TryRemove(socket, out _);
    }

    private void Send(WebSocket socket, byte[] message)
    {
        if (!_sockets.TryGetValue(socket, out var alone)) return;
        lock (alone)
        {
            try
            {
                socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (Exception error) when (error is WebSocketException or InvalidOperationException or OperationCanceledException)
            {
                _sockets.TryRemove(socket, out _);
            }
        }
    }

    private object? Answer(JsonElement request) =>
        request.ValueKind == JsonValueKind.Array ? request.EnumerateArray().Select(AnswerOne).ToArray() : AnswerOne(request);

    private object? AnswerOne(JsonElement request)
    {
        var id = request.GetProperty("id").GetInt64();
        var method = request.GetProperty("method").GetString()!;
        Asked.Enqueue(method);
        var result = _methods.TryGetValue(method, out var answer) ? answer(request.GetProperty("params").Clone())
            : method == "eth_subscribe" ? "0x1" : new ScriptedError(-32601, "the method does not exist");
        return result is ScriptedError error ? new { jsonrpc = "2.0", id, error = new { code = error.Code, message = error.Message, data = error.Data } } : new { jsonrpc = "2.0", id, result };
    }
}
