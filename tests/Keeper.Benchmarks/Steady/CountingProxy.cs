using System.Net;
using System.Text.Json;
using Keeper.Host.Demo;

namespace Keeper.Benchmarks.Steady;

/// <summary>Passes JSON-RPC over HTTP on to a node and counts it by method.</summary>
internal sealed class CountingProxy : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _client;
    private readonly Lock _gate = new();
    private readonly Uri _node;
    private SortedDictionary<string, int> _byMethod = [];
    private int _roundTrips;

    public CountingProxy(Uri node)
    {
        (_node, _client) = (node, new() { Timeout = TimeSpan.FromMinutes(1) });
        Url = new($"http://127.0.0.1:{DemoWorkspace.FreePort()}/");
        _listener.Prefixes.Add(Url.AbsoluteUri);
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url { get; }

    public void Reset()
    {
        lock (_gate) (_byMethod, _roundTrips) = ([], 0);
    }

    /// <summary>Since <see cref="Reset"/>.</summary>
    public (int RoundTrips, IReadOnlyDictionary<string, int> ByMethod) Counts()
    {
        lock (_gate) return (_roundTrips, new SortedDictionary<string, int>(_byMethod));
    }

    public void Dispose()
    {
        _listener.Close();
        _client.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        Count(body.ToArray());
        try
        {
            using var content = new ByteArrayContent(body.ToArray());
            content.Headers.ContentType = new("application/json");
            using var answer = await _client.PostAsync(_node, content);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = "application/json";
            await answer.Content.CopyToAsync(context.Response.OutputStream);
            context.Response.Close();
        }
        catch (Exception error) when (error is HttpRequestException or HttpListenerException or ObjectDisposedException or OperationCanceledException)
        {
            // The node or the caller is gone.
            context.Response.Abort();
        }
    }

    private void Count(ReadOnlyMemory<byte> body)
    {
        using var request = JsonDocument.Parse(body);
        JsonElement[] calls = request.RootElement.ValueKind == JsonValueKind.Array ? [.. request.RootElement.EnumerateArray()] : [request.RootElement];
        lock (_gate)
        {
            _roundTrips++;
            foreach (var call in calls)
            {
                var method = call.GetProperty("method").GetString()!;
                _byMethod[method] = _byMethod.GetValueOrDefault(method) + 1;
            }
        }
    }
}
