using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Keeper.Benchmarks.Clients;

/// <summary>A fake node on a loopback port that accepts one WebSocket, takes every subscription and sends what it is given.</summary>
internal sealed class NotificationServer : IDisposable
{
    private const string HandshakeGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, section 1.3
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource<WebSocket> _socket = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _subscriptions;

    public NotificationServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Subscriptions taken so far; the n-th is called 0xn.</summary>
    public int Subscriptions => Volatile.Read(ref _subscriptions);

    public async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation) => await (await _socket.Task.WaitAsync(cancellation)).SendAsync(message, WebSocketMessageType.Text, true, cancellation);

    public void Dispose()
    {
        _listener.Dispose();
        if (_socket.Task.IsCompletedSuccessfully) _socket.Task.Result.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            var client = await _listener.AcceptTcpClientAsync();
            client.NoDelay = true;
            var stream = client.GetStream();
            var request = await ReadHeadersAsync(stream);
            var key = request.Split("\r\n").First(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':', 2)[1].Trim();
            var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeGuid)));
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
            var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            _socket.SetResult(socket);
            await AnswerAsync(socket);
        }
        catch (Exception error) when (error is IOException or SocketException or WebSocketException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }

    private async Task AnswerAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close) return;
            using var request = JsonDocument.Parse(buffer.AsMemory(0, received.Count));
            var id = request.RootElement.GetProperty("id").GetRawText();
            var number = Subscriptions + 1;
            await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":{{id}},"result":"0x{{number}}"}""").AsMemory(), WebSocketMessageType.Text, true, CancellationToken.None);
            Volatile.Write(ref _subscriptions, number);
        }
    }

    private static async Task<string> ReadHeadersAsync(Stream stream)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1) text.Append((char)one[0]);
        return text.ToString();
    }
}
