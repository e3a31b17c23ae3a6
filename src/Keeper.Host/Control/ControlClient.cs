using System.Net.Sockets;
using System.Text.Json;

namespace Keeper.Host.Control;

/// <summary>The other end of <see cref="ControlSocket"/>.</summary>
internal static class ControlClient
{
    /// <summary>16 slots of 256 accounts with names of any sensible length.</summary>
    private const int MaxAnswerBytes = 4 << 20;

    /// <summary>Longer than the keeper takes to say that it has no answer.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <exception cref="StartupException">No keeper listens at the path, or it does not answer as one.</exception>
    public static async Task<JsonElement> AskAsync(string path, byte[] request, CancellationToken cancellation)
    {
        if (!Socket.OSSupportsUnixDomainSockets)
            throw new StartupException(ExitCode.Environment, "control.socket", "cannot be used: this system has no Unix sockets", "a system that has them");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Within);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
            for (var sent = 0; sent < request.Length;) sent += await socket.SendAsync(request.AsMemory(sent), SocketFlags.None, limit.Token);
            using var answer = JsonDocument.Parse(await ReadAsync(socket, limit.Token));
            return answer.RootElement.Clone();
        }
        catch (Exception error) when (error is SocketException or ArgumentOutOfRangeException)
        {
            // What the system says of a missing file is about addresses.
            var why = File.Exists(path) ? error.Message : "there is no socket";
            throw new StartupException(ExitCode.Environment, "control.socket", $"is {path}, where no keeper answers: {why}", "a keeper that runs with this configuration, and its owner's rights");
        }
        catch (Exception error) when (error is JsonException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new StartupException(ExitCode.Environment, "control.socket", $"is {path}, where something listens that does not answer as a keeper", "a keeper of this version");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new byte[16 << 10];
        for (var length = 0; ;)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, cancellation);
            if (read == 0) return buffer.AsMemory(0, length);
            length += read;
            if (length > MaxAnswerBytes) throw new JsonException("The answer has no end.");
            if (length == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
        }
    }
}
