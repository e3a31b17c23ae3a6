using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Keeper.Tests.Support;

namespace Keeper.Conformance.Support.Faults;

/// <summary>One socket of a keeper and one of the node behind it. Subscriptions go through; every other call is answered as over HTTP.</summary>
/// <param name="times">How often what the node says is passed on.</param>
internal sealed class SocketPipe(WebSocket client, ClientWebSocket node, Func<JsonElement, Task<FaultAnswer>> answer, Func<byte[], int> times)
{
    private readonly ScriptedSocket _client = new(client);
    private readonly ScriptedSocket _node = new(node);

    /// <summary>Until either side is gone.</summary>
    public async Task RunAsync()
    {
        var ends = (Task[])[FromNodeAsync(), FromClientAsync()];
        await Task.WhenAny(ends);
        Abort();
        await Task.WhenAll(ends);
    }

    public Task CloseAsync() => _client.CloseAsync();

    public void Abort()
    {
        _client.Abort();
        _node.Abort();
    }

    private Task FromNodeAsync() => UntilGoneAsync(async () =>
    {
        while (await _node.ReceiveAsync() is { } message)
        {
            for (var i = times(message); i > 0; i--) await _client.SendAsync(message, WebSocketMessageType.Text);
        }
    });

    private Task FromClientAsync() => UntilGoneAsync(async () =>
    {
        while (await _client.ReceiveAsync() is { } message)
        {
            using var request = JsonDocument.Parse(message);
            if (JsonRpcText.Calls(request.RootElement).Any(call => JsonRpcText.Method(call) is "eth_subscribe" or "eth_unsubscribe")) await _node.SendAsync(message, WebSocketMessageType.Text);
            else await AnswerAsync(request.RootElement);
        }
    });

    private async Task AnswerAsync(JsonElement request)
    {
        var answers = await Task.WhenAll(JsonRpcText.Calls(request).Select(answer));
        if (answers.OfType<FaultAnswer.Reset>().Any()) Abort();
        else if (answers.OfType<FaultAnswer.Body>().FirstOrDefault() is { } body) await _client.SendAsync(Encoding.UTF8.GetBytes(body.Text), WebSocketMessageType.Text);
        else
        {
            var texts = answers.OfType<FaultAnswer.Json>().Select(json => json.Text);
            await _client.SendAsync(request.ValueKind == JsonValueKind.Array ? JsonRpcText.Batch(texts) : texts.First());
        }
    }

    private static async Task UntilGoneAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or InvalidOperationException or ObjectDisposedException or IOException)
        {
            // The other side is gone.
        }
    }
}
