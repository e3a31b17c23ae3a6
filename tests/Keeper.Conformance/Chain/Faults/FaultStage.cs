using System.Diagnostics;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Tests.Support;

namespace Keeper.Conformance.Chain.Faults;

/// <summary>A scripted node with its chain, a client of it, and what can be seen of the client from outside: requests, counters, words.</summary>
internal sealed class FaultStage : IAsyncDisposable
{
    /// <summary>In every URL; nothing that a client says may hold them.</summary>
    private const string User = "c4n4ry", Password = "s3cr3t", Path = "/v3/k3y";
    private static int _stages;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private readonly LogLines _log = new();

    private FaultStage(ScriptedNode node)
    {
        Node = node;
        Blocks = new ScriptedBlocks(node);
        Endpoint = $"fake{Interlocked.Increment(ref _stages)}";
        Counted = new Counted(Endpoint);
    }

    public ScriptedNode Node { get; }
    public ScriptedBlocks Blocks { get; }
    public string Endpoint { get; }
    public Counted Counted { get; }
    public IChainClient Client { get; private set; } = null!;

    /// <summary>Lines that the client has logged.</summary>
    public IReadOnlyCollection<string> Said => _log.Lines;

    /// <summary>Ends a test that hangs.</summary>
    public CancellationToken Patience => _patience.Token;

    /// <summary>Requests that reached the node; subscriptions are not among them.</summary>
    public int Reached => Node.Requests + Node.SocketRequests;

    /// <summary>To be called by the test itself, so that what it does with the client is counted as its own.</summary>
    public static Task<FaultStage> SetAsync(Func<ClientSetup, IChainClient> connect, Transport transport, Func<ClientSetup, ClientSetup>? alter = null)
    {
        TestFlow.Begin();
        return StartAsync(connect, transport, alter);
    }

    private static async Task<FaultStage> StartAsync(Func<ClientSetup, IChainClient> connect, Transport transport, Func<ClientSetup, ClientSetup>? alter)
    {
        var stage = new FaultStage(await ScriptedNode.StartAsync());
        var endpoint = new ClientSetup.Endpoint(
            stage.Endpoint,
            transport != Transport.Socket ? WithSecrets(stage.Node.HttpUrl) : null,
            transport != Transport.Http ? WithSecrets(stage.Node.WsUrl) : null);
        var setup = new ClientSetup([endpoint]) { Profile = TestProfiles.Slow, Loggers = stage._log };
        stage.Client = connect(alter?.Invoke(setup) ?? setup);
        return stage;
    }

    public static Uri WithSecrets(Uri url) => new UriBuilder(url) { UserName = User, Password = Password, Path = Path }.Uri;

    /// <summary>Follows from the newest block of the node on.</summary>
    public EventRecorder Follow(LogFilter? hints = null, LogFilter? filter = null) => new(Client, new FollowRequest(Blocks.Last, [], filter ?? Blocks.Filter, hints ?? LogFilter.None));

    public async Task UntilAsync(Func<bool> condition, string what, int seconds = 30)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started).TotalSeconds > seconds) throw new TimeoutException($"Not within {seconds} s: {what}. Told: {string.Join(" | ", _log.Lines)}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>Waits until the client has subscribed to heads on its newest socket, and has looked for what came before.</summary>
    public Task SubscribedAsync() => UntilAsync(
        () =>
        {
            var heads = 0;
            Node.EachSocket(socket =>
            {
                heads += socket.Subscriptions("newHeads").Count();
                return Task.CompletedTask;
            });
            return heads > 0 && Reached > 0;
        },
        "a subscription to heads");

    /// <summary>A block that is announced by its header.</summary>
    public async Task AnnounceAsync(EventRecorder told)
    {
        var block = Blocks.Add();
        Node.Notify(ScriptedBlocks.Header(block));
        await told.WaitForBlockAsync(block.Hash, 30);
    }

    public void AssertNoSecret(params IEnumerable<string?> texts)
    {
        foreach (var text in texts.Concat(_log.Lines).OfType<string>())
            foreach (var secret in (string[])[User, Password, Path, "127.0.0.1", "localhost", "://", Node.HttpUrl.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)])
                Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Node.DisposeAsync();
        AssertNoSecret();
        Counted.Dispose();
        _patience.Dispose();
    }
}
