using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Control;
using Keeper.Host;
using Keeper.Host.Control;
using Keeper.Tests.Submission;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Tests.Host;

/// <summary>A real socket before a real sender, and the command line at its other end.</summary>
public sealed class ControlSocketTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("keeper-ctl-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ControlSocket> _sockets = [];
    private readonly List<Task> _serving = [];
    private SenderScene _scene = null!;

    private string SocketPath => Path.Combine(_folder, "journal.db.control", "socket");

    public async Task InitializeAsync() => _scene = await SenderScene.StartAsync();

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_serving).WaitAsync(Patience, TimeProvider.System);
        foreach (var socket in _sockets) socket.Dispose();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Halt_status_resume_and_drain_reach_the_sender_and_tell_by_their_exit_codes()
    {
        Serve();
        await _scene.OfferAsync("1");
        var status = await CtlAsync("status");
        Assert.Equal(ExitCode.Ok, status.Code);
        foreach (var part in new[] { "sending", "yes", "lend:1", "broadcast, attempt 1", "1, and 0 settled but not final", "gas_without_success", "the chain counts", _scene.Signer.Address.ToString() }) Assert.Contains(part, status.Out, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Ok, (await CtlAsync("halt", "--reason", "upgrade \u001b[2J of the node")).Code);
        Assert.Equal("operator: upgrade \\u001b[2J of the node", _scene.Sender.Halted);
        status = await CtlAsync("status");
        Assert.Contains("halted: operator: upgrade", status.Out, StringComparison.Ordinal);
        Assert.Contains("by resume", status.Out, StringComparison.Ordinal);

        var refused = await CtlAsync("resume", "foreignNonce");
        Assert.Equal((ExitCode.Ok, "foreign_nonce was not open"), (refused.Code, refused.Out.Split('\n')[0]));
        Assert.Equal(ExitCode.Ok, (await CtlAsync("resume", "operator")).Code);
        Assert.Null(_scene.Sender.Halted);

        var left = await CtlAsync("drain", "--wait", "1");
        Assert.Equal(ExitCode.Failed, left.Code);
        Assert.Contains("draining: 1 in flight", left.Out, StringComparison.Ordinal);
        _scene.Mine(_scene.Journal.All<Core.Journal.JournalEntry.Signed>()[0], items: (true, []));
        await _scene.NextAsync();
        Assert.Equal(ExitCode.Ok, (await CtlAsync("drain")).Code);
    }

    [Fact]
    public async Task Refusals_are_told_on_standard_error_with_code_1()
    {
        Serve();
        var adopt = await CtlAsync("adopt-nonce");
        Assert.Equal(ExitCode.Failed, adopt.Code);
        Assert.Contains("refused: nothing is to be adopted: the chain counts 5", adopt.Error, StringComparison.Ordinal);
        var unknown = await CtlAsync("resume", "fuse");
        Assert.Equal(ExitCode.Failed, unknown.Code);
        Assert.Contains("'fuse' is no breaker; there are gas_without_success,", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_is_one_line_of_json_with_amounts_as_strings()
    {
        Serve();
        await _scene.NextAsync();
        var answer = await CtlAsync("status", "--json");
        var status = JsonDocument.Parse(Assert.Single(answer.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement.GetProperty("status");
        Assert.Equal("10000000000000000000", status.GetProperty("balanceWei").GetString());
        Assert.Equal(Enum.GetValues<Breaker>().Length, status.GetProperty("breakers").GetArrayLength());
    }

    [Fact]
    public async Task Where_no_keeper_listens_the_command_ends_with_code_3()
    {
        var none = await CtlAsync("status");
        Assert.Equal(ExitCode.Environment, none.Code);
        Assert.Contains("where no keeper answers", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_its_owner_may_open_it_and_a_stop_takes_it_away()
    {
        Serve();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(SocketPath)!));
        }
        await _stop.CancelAsync();
        _sockets[0].Dispose();
        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public void A_folder_that_others_may_write_to_is_refused()
    {
        if (OperatingSystem.IsWindows()) return;
        var open = Directory.CreateDirectory(Path.Combine(_folder, "open")).FullName;
        File.SetUnixFileMode(open, (UnixFileMode)0b111_111_101);
        var error = Assert.Throws<StartupException>(() => Open(Path.Combine(open, "socket")));
        Assert.Equal(ExitCode.Environment, error.Code);
        Assert.Contains("others may put another socket", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_socket_of_a_dead_process_is_replaced_and_that_of_a_live_one_is_not()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SocketPath)!);
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath + ".dead"));
            dead.Listen();
            // The framework takes the file away with its socket; a killed process does not.
            File.Move(SocketPath + ".dead", SocketPath);
        }
        Assert.True(File.Exists(SocketPath));
        Serve();
        Assert.Equal(ExitCode.Ok, (await CtlAsync("status")).Code);
        var error = Assert.Throws<StartupException>(() => Open(SocketPath));
        Assert.Contains("another keeper listens", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await CtlAsync("status")).Code);
    }

    [Fact]
    public void A_file_of_another_kind_is_left_alone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SocketPath)!);
        File.WriteAllText(SocketPath, "notes");
        Assert.Contains("a file of another kind", Assert.Throws<StartupException>(() => Open(SocketPath)).Message, StringComparison.Ordinal);
        Assert.Equal("notes", File.ReadAllText(SocketPath));
    }

    [Theory]
    [InlineData("{\"verb\":\"status\"}\n", "\"ok\":true")]
    [InlineData("{\"verb\":\"explode\"}\n", "is no verb")]
    [InlineData("{\"verb\":7}\n", "one JSON object")]
    [InlineData("{\"verb\":\"adopt-nonce\",\"nonce\":-1}\n", "one JSON object")]
    [InlineData("{\"verb\":\"status\"} {}\n", "one JSON object")]
    [InlineData("[[[[[[]]]]]]\n", "one JSON object")]
    [InlineData("status\n", "one JSON object")]
    [InlineData("\n", "one JSON object")]
    [InlineData("{\"verb\":\"status\"}", "one line of at most 4096 bytes")]
    public async Task Whatever_is_written_gets_an_answer_and_the_next_is_served(string request, string part)
    {
        Serve();
        Assert.Contains(part, await SayAsync(Encoding.UTF8.GetBytes(request)), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await CtlAsync("status")).Code);
    }

    [Fact]
    public async Task A_line_without_an_end_is_cut_off()
    {
        Serve();
        Assert.Contains("one line of at most 4096 bytes", await SayAsync(Enumerable.Repeat((byte)'x', ControlSession.MaxRequestBytes).ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_that_say_nothing_do_not_keep_the_others_out_for_long()
    {
        Serve();
        var silent = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)).ToArray();
        foreach (var socket in silent) await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
        Assert.Equal(ExitCode.Ok, (await CtlAsync("status")).Code);
        foreach (var socket in silent) socket.Dispose();
    }

    [Fact]
    public async Task A_keeper_that_stops_ends_the_connections_that_wait_for_it()
    {
        var asked = new TaskCompletionSource();
        Serve(async (_, cancellation) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            throw new InvalidOperationException();
        });
        var waiting = CtlAsync("status");
        await asked.Task.WaitAsync(Patience, TimeProvider.System);
        await _stop.CancelAsync();
        Assert.Equal(ExitCode.Environment, (await waiting.WaitAsync(Patience, TimeProvider.System)).Code);
    }

    private static ControlSocket Open(string path) => ControlSocket.Open(path, TimeProvider.System, NullLogger<ControlSocket>.Instance)!;

    /// <summary>Each request is handled at once by the scene's sender.</summary>
    private void Serve(Func<ControlRequest, CancellationToken, Task<ControlAnswer>>? ask = null)
    {
        var socket = Open(SocketPath);
        _sockets.Add(socket);
        _serving.Add(socket.ServeAsync(ask ?? ((request, _) => _scene.AskAsync(request)), _stop.Token));
    }

    private async Task<Cli> CtlAsync(params string[] args) =>
        await Cli.RunAsync(new Dictionary<string, string>(), "", ["ctl", .. args, "--socket", SocketPath]).WaitAsync(Patience, TimeProvider.System);

    private async Task<string> SayAsync(byte[] bytes)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
        await socket.SendAsync(bytes);
        socket.Shutdown(SocketShutdown.Send);
        var said = new List<byte>();
        var buffer = new byte[65_536];
        while (await socket.ReceiveAsync(buffer) is var read && read > 0) said.AddRange(buffer[..read]);
        return Encoding.UTF8.GetString([.. said]);
    }
}
