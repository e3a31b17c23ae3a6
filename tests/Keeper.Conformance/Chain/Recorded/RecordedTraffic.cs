using Keeper.Conformance.Chain.Faults;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>
/// What every implementation of <see cref="IChainClient"/> reads from the same bytes of a node. A client that asks for what is not recorded, or encodes it
/// otherwise, fails by the name of the request. A client that differs overrides the test and says why.
/// </summary>
public abstract class RecordedTraffic
{
    internal const string Traffic = "anvil.jsonl", Read = "anvil.golden.txt", OtherTraffic = "hand-written.jsonl", OtherRead = "hand-written.golden.txt";

    protected abstract IChainClient Connect(ClientSetup setup);

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Fact]
    public async Task Recorded_traffic_of_Anvil_is_read_as_it_is_written_down()
    {
        if (Golden.IsRecording) await RecordAsync();
        var scene = await RecordedScene.PrepareAsync();
        await ReplayAsync(Traffic, Read, client => SceneReads.ReadAsync(client, scene, Soon));
    }

    [Fact]
    public Task Traffic_as_other_nodes_write_it_is_read_as_it_is_written_down() => ReplayAsync(OtherTraffic, OtherRead, client => VariantReads.ReadAsync(client, Soon));

    /// <summary>The recording is not older than the node that it is of, and the reads are right on the node itself.</summary>
    [Fact]
    public async Task The_node_itself_gives_what_was_recorded()
    {
        await using var node = await AnvilNode.StartAsync("--timestamp", RecordedScene.StartTime);
        var scene = await RecordedScene.PrepareAsync();
        await scene.PlayAsync(node);
        await using var client = Connect(Setup(node.HttpUrl));
        Golden.Matches(Read, await SceneReads.ReadAsync(client, scene, Soon));
    }

    internal static ClientSetup Setup(Uri? http, Uri? socket = null) => new([new ClientSetup.Endpoint("recorded", http, socket) { MaxResponseBytes = 4 * 1024 * 1024 }]) { Profile = TestProfiles.Fast };

    private async Task ReplayAsync(string traffic, string golden, Func<IChainClient, Task<string>> readAsync)
    {
        await using var node = await ReplayNode.StartAsync(Recording.Load(Golden.Path(traffic)));
        await using var client = Connect(Setup(node.Url));
        string found;
        try
        {
            found = await readAsync(client);
        }
        catch (ChainException error) when (!node.Unknown.IsEmpty)
        {
            throw new InvalidOperationException($"Asked for what is not recorded: {string.Join('\n', node.Unknown)}", error);
        }
        Assert.Empty(node.Unknown);
        Golden.Matches(golden, found);
    }

    private async Task RecordAsync()
    {
        await using var node = await AnvilNode.StartAsync("--timestamp", RecordedScene.StartTime);
        var scene = await RecordedScene.PrepareAsync();
        await scene.PlayAsync(node);
        await using var proxy = await RecordingProxy.StartAsync(node.HttpUrl);
        await using var client = Connect(Setup(proxy.Url));
        await using var raw = new RawRequests(proxy.Url);
        await SceneReads.AskAllAsync(raw.AskAsync, client, scene, Soon);
        await SceneReads.ReadAsync(client, scene, Soon);
        proxy.Recording.Save(Golden.Path(Traffic));
    }
}
