using System.Text;
using System.Text.Json;
using Keeper.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>Stands between a client and a real node, hands everything on as it is, and keeps each call with its answer.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly HttpClient _client = new();
    private readonly ScriptedNode _front;
    private readonly Uri _node;

    private RecordingProxy(ScriptedNode front, Uri node)
    {
        (_front, _node) = (front, node);
        front.HttpFault = HandOnAsync;
    }

    public Uri Url => _front.HttpUrl;
    public Recording Recording { get; } = new();

    public static async Task<RecordingProxy> StartAsync(Uri node) => new(await ScriptedNode.StartAsync(), node);

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        _client.Dispose();
    }

    private async Task HandOnAsync(HttpContext context, JsonElement request)
    {
        using var content = new StringContent(request.GetRawText(), Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(_node, content);
        var body = await response.Content.ReadAsStringAsync();
        using var parsed = JsonDocument.Parse(body);
        var answers = JsonRpcText.Calls(parsed.RootElement).ToDictionary(JsonRpcText.Id);
        foreach (var call in JsonRpcText.Calls(request)) Recording.Add(call, answers[JsonRpcText.Id(call)]);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }
}
