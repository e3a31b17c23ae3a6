using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Keeper.Core.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Keeper.Conformance.Support;

/// <summary>Stands before a node and passes on what it is asked; notes which signed bytes it was told, and at which block of the node.</summary>
internal sealed class ForwardingServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _node;

    private ForwardingServer(WebApplication app, HttpClient node) => (_app, _node) = (app, node);

    public Uri Url { get; private set; } = null!;

    /// <summary>What becomes of signed bytes here. All else is passed on.</summary>
    public Conduct Conduct { get; set; } = Conduct.Forwards;

    /// <summary>In order: the bytes, and the newest block of the node when they came.</summary>
    public ConcurrentQueue<(string Raw, ulong Block)> Told { get; } = new();

    public static async Task<ForwardingServer> StartAsync(Uri node)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new ForwardingServer(builder.Build(), new HttpClient { BaseAddress = node, Timeout = TimeSpan.FromSeconds(30) });
        server._app.Run(server.HandleAsync);
        await server._app.StartAsync();
        server.Url = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _node.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        using var request = JsonDocument.Parse(body);
        var raws = (request.RootElement.ValueKind == JsonValueKind.Array ? request.RootElement.EnumerateArray().ToArray() : [request.RootElement]).SelectMany(RawOf).ToArray();
        if (raws.Length == 0)
        {
            await AnswerAsync(context, await AskAsync(body));
            return;
        }
        var block = await BlockNumberAsync();
        foreach (var raw in raws) Told.Enqueue((raw, block));
        var id = request.RootElement.GetProperty("id").GetRawText();
        switch (Conduct)
        {
            case Conduct.Discards:
                await AnswerAsync(context, Accepted(id, raws[0]));
                break;
            case Conduct.Fails:
                context.Response.StatusCode = StatusCodes.Status502BadGateway;
                break;
            case Conduct.Stalls:
                await Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            default:
                foreach (var raw in raws) await AskAsync($$"""{"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":["{{raw}}"]}""");
                await AnswerAsync(context, Accepted(id, raws[0]));
                break;
        }
    }

    private static string Accepted(string id, string raw) =>
        $$"""{"jsonrpc":"2.0","id":{{id}},"result":"{{Keeper.Chain.Native.Crypto.Keccak.Hash(Hex.Decode(raw))}}"}""";

    private static IEnumerable<string> RawOf(JsonElement call) => call.GetProperty("method").GetString() switch
    {
        "eth_sendRawTransaction" => [call.GetProperty("params")[0].GetString()!],
        "eth_sendBundle" => call.GetProperty("params")[0].GetProperty("txs").EnumerateArray().Select(raw => raw.GetString()!).ToArray(),
        _ => [],
    };

    private async Task<ulong> BlockNumberAsync()
    {
        using var answer = JsonDocument.Parse(await AskAsync("""{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}"""));
        return (ulong)UInt256.Parse(answer.RootElement.GetProperty("result").GetString()!);
    }

    private async Task<string> AskAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _node.PostAsync(new Uri("", UriKind.Relative), content);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task AnswerAsync(HttpContext context, string body)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }
}
