using System.Net.Sockets;
using System.Text;
using Keeper.Core.Submission.Control;

namespace Keeper.Host.Control;

/// <summary>
/// The Unix socket that <c>keeper ctl</c> talks to: one request in a line, one answer in a line, then it is closed. Whoever may
/// open the file may halt the keeper, so that only its owner may. No secret passes it.
/// </summary>
internal sealed class ControlSocket : IDisposable
{
    /// <summary>The shortest that a common system takes: 104 bytes with the zero at the end.</summary>
    public const int MaxPathBytes = 103;

    /// <summary>More wait in the backlog: an operator and a script or two.</summary>
    private const int MaxConnections = 4;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly Socket _listener;
    private readonly TimeProvider _time;
    private readonly ILogger<ControlSocket> _logger;

    private ControlSocket(string path, Socket listener, TimeProvider time, ILogger<ControlSocket> logger) =>
        (_path, _listener, _time, _logger) = (path, listener, time, logger);

    public static bool IsTooLong(string path) => Encoding.UTF8.GetByteCount(path) > MaxPathBytes;

    /// <returns>Null where the system has no such sockets: the keeper works, and cannot be commanded.</returns>
    /// <exception cref="StartupException">Another process listens there, or the path is not ours to take.</exception>
    public static ControlSocket? Open(string path, TimeProvider time, ILogger<ControlSocket> logger)
    {
        if (!Socket.OSSupportsUnixDomainSockets)
        {
            ControlLog.Unsupported(logger);
            return null;
        }
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            MakeFolder(Path.GetDirectoryName(path)!);
            RemoveStale(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            // Nobody can connect before it listens: there is no moment in which others may.
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, OwnerOnly);
            listener.Listen(MaxConnections);
            return new(path, listener, time, logger);
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw new StartupException(ExitCode.Environment, "control.socket", $"is {path}, which cannot be listened on: {error.Message}", "a path in a folder of the keeper's own");
        }
        catch (StartupException)
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Answers until cancelled.</summary>
    public async Task ServeAsync(Func<ControlRequest, CancellationToken, Task<ControlAnswer>> ask, CancellationToken cancellation)
    {
        using var free = new SemaphoreSlim(MaxConnections);
        try
        {
            while (true)
            {
                await free.WaitAsync(cancellation);
                var connection = await AcceptAsync(cancellation);
                _ = AnswerAsync(connection);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Each connection has its place until its end, and the same token ends it.
            for (var i = 1; i < MaxConnections; i++) await free.WaitAsync(CancellationToken.None);
        }

        async Task AnswerAsync(Socket connection)
        {
            try
            {
                await new ControlSession(connection, ask).RunAsync(cancellation);
            }
            // The other side has gone, or took too long: nothing waits for it.
            catch (Exception error) when (error is SocketException or IOException or OperationCanceledException) { }
            catch (Exception error)
            {
                ControlLog.Failed(_logger, error.GetType().Name, error.Message);
            }
            finally
            {
                connection.Dispose();
                free.Release();
            }
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }

    private async Task<Socket> AcceptAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await _listener.AcceptAsync(cancellation);
            }
            catch (SocketException error)
            {
                // Too many open files, say: a keeper at work is worth more than its switch.
                ControlLog.Failed(_logger, nameof(SocketException), error.Message);
                await Task.Delay(Pause, _time, cancellation);
            }
        }
    }

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        var mode = File.GetUnixFileMode(folder);
        if ((mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0 && (mode & UnixFileMode.StickyBit) == 0)
            throw new StartupException(ExitCode.Environment, "control.socket", $"lies in {folder}, where others may put another socket in its place", "a folder that only its owner may write to (chmod 700)");
    }

    /// <summary>A process that was killed leaves its file behind.</summary>
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path)) return;
        if (IsOrdinaryFile(path)) throw new StartupException(ExitCode.Environment, "control.socket", $"is {path}, which is a file of another kind", "a path where there is nothing");
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        throw new StartupException(ExitCode.Environment, "control.socket", $"is {path}, at which another keeper listens", "a path of its own for each keeper");
    }

    /// <summary>A socket cannot be opened as a file.</summary>
    private static bool IsOrdinaryFile(string path)
    {
        try
        {
            using var file = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
