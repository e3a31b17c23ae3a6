using System.Net.Sockets;
using Keeper.Core.Submission.Control;

namespace Keeper.Host.Control;

/// <summary>One connection: one line in, one line out.</summary>
internal sealed class ControlSession(Socket connection, Func<ControlRequest, CancellationToken, Task<ControlAnswer>> ask)
{
    public const int MaxRequestBytes = 4_096;

    /// <summary>A request is written at once by a program.</summary>
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(5);

    /// <summary>The sender may be waiting for a node, or the keeper be reading history at its start.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var line = await ReadLineAsync(cancellation);
        var answer = line is null
            ? ControlJson.Refusal($"a request is one line of at most {MaxRequestBytes} bytes")
            : ControlJson.Parse(line, out var wrong) is { } request ? await AskAsync(request, cancellation) : ControlJson.Refusal(wrong);
        using var limit = Within(ReadWithin, cancellation);
        for (var sent = 0; sent < answer.Length;) sent += await connection.SendAsync(answer.AsMemory(sent), SocketFlags.None, limit.Token);
        connection.Shutdown(SocketShutdown.Send);
    }

    private async Task<byte[]> AskAsync(ControlRequest request, CancellationToken cancellation)
    {
        using var limit = Within(AnswerWithin, cancellation);
        try
        {
            return ControlJson.Write(await ask(request, limit.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ControlJson.Refusal($"no answer within {AnswerWithin.TotalSeconds:0} s: the keeper is starting, or waits for a node. What was asked is still carried out when its turn comes");
        }
    }

    /// <returns>Without its end; null where it has none within the limit.</returns>
    private async Task<byte[]?> ReadLineAsync(CancellationToken cancellation)
    {
        using var limit = Within(ReadWithin, cancellation);
        var buffer = new byte[MaxRequestBytes];
        for (var length = 0; length < buffer.Length;)
        {
            var read = await connection.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, limit.Token);
            if (read == 0) return null;
            var end = Array.IndexOf(buffer, (byte)'\n', length, read);
            length += read;
            if (end >= 0) return buffer[..end];
        }
        return null;
    }

    private static CancellationTokenSource Within(TimeSpan span, CancellationToken cancellation)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        source.CancelAfter(span);
        return source;
    }
}
