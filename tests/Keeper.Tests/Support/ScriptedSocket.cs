using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;

namespace Keeper.Tests.Support;

/// <summary>The node's end of one WebSocket, with its subscriptions. Sending to one that is gone does nothing.</summary>
internal sealed class ScriptedSocket(WebSocket socket)
{
    private readonly SemaphoreSlim _alone = new(1);
    private readonly ConcurrentDictionary<string, string> _kinds = new();
    private int _lastSubscription;

    /// <summary>Ids of subscriptions to <c>newHeads</c> or <c>logs</c>.</summary>
    public IEnumerable<string> Subscriptions(string kind) => _kinds.Where(subscription => subscription.Value == kind).Select(subscription => subscription.Key);

    /// <summary>Gives the new subscription's id.</summary>
    public string Subscribe(string kind)
    {
        var id = "0x" + (0xc0de00 + Interlocked.Increment(ref _lastSubscription)).ToString("x", CultureInfo.InvariantCulture);
        _kinds[id] = kind;
        return id;
    }

    public async Task NotifyAsync(string kind, object? payload)
    {
        foreach (var id in Subscriptions(kind)) await SendAsync(JsonRpcText.Notification(id, payload));
    }

    public Task SendAsync(string text, int fragments = 1) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, fragments);

    /// <param name="fragments">Frames that the message is cut into.</param>
    public async Task SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type, int fragments = 1)
    {
        await _alone.WaitAsync();
        try
        {
            var length = message.Length / fragments;
            for (var i = 0; i < fragments; i++)
            {
                var last = i == fragments - 1;
                await socket.SendAsync(last ? message[(i * length)..] : message.Slice(i * length, length), type, last, CancellationToken.None);
            }
        }
        catch (Exception error) when (error is WebSocketException or InvalidOperationException or OperationCanceledException or IOException)
        {
            // The other side is gone.
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <summary>A whole message; null where the other side closed.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close) return null;
            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage) return message.ToArray();
        }
    }

    /// <summary>A close frame.</summary>
    public async Task CloseAsync()
    {
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "going away", CancellationToken.None);
        }
        catch (Exception error) when (error is WebSocketException or InvalidOperationException or OperationCanceledException or IOException)
        {
            // It is closed already.
        }
    }

    /// <summary>Breaks without a close frame.</summary>
    public void Abort()
    {
        try
        {
            socket.Abort();
        }
        catch (Exception error) when (error is ObjectDisposedException or NullReferenceException)
        {
            // Its request has ended already, or ends at this moment: the server takes the context apart under the abort.
        }
    }
}
