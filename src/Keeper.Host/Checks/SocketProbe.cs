using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Keeper.Core.Chain;

namespace Keeper.Host.Checks;

/// <summary>Asks through a WebSocket what chain it serves, and whether it tells heads. Its words never hold the URL.</summary>
internal static class SocketProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const int MaxMessage = 64 * 1024;

    /// <returns>The chain id where it answered, and what keeps it from being of use; null where nothing does.</returns>
    public static async Task<(ulong? ChainId, string? Failure)> AskAsync(Uri url, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        using var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(url, either.Token);
            await SendAsync(socket, """{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}""", either.Token);
            using var chain = await ReceiveAsync(socket, either.Token);
            var id = Convert.ToUInt64(chain.RootElement.GetProperty("result").GetString(), 16);
            await SendAsync(socket, """{"jsonrpc":"2.0","id":2,"method":"eth_subscribe","params":["newHeads"]}""", either.Token);
            using var subscription = await ReceiveAsync(socket, either.Token);
            return (id, subscription.RootElement.TryGetProperty("error", out var error) ? $"it refuses subscriptions: {WordsOf(error)}" : null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"no answer within {Patience.TotalSeconds} s");
        }
        // Their messages quote hosts and answers.
        catch (Exception error) when (error is WebSocketException or IOException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            return (null, error is WebSocketException or IOException ? "no socket is opened" : "its answer makes no sense");
        }
    }

    private static string WordsOf(JsonElement error) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? ForeignText.Clean(message.GetString()!) : "without a reason";

    private static Task SendAsync(ClientWebSocket socket, string text, CancellationToken cancellation) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellation);

    private static async Task<JsonDocument> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        var buffer = new byte[MaxMessage];
        for (var length = 0; length < buffer.Length;)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
            if (received.MessageType == WebSocketMessageType.Close) throw new WebSocketException();
            length += received.Count;
            if (received.EndOfMessage) return JsonDocument.Parse(buffer.AsMemory(0, length));
        }
        throw new FormatException();
    }
}
