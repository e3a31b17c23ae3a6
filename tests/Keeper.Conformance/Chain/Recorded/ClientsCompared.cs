namespace Keeper.Conformance.Chain.Recorded;

/// <summary>All clients of this build against each other, over either transport: the same bytes of a node must be the same values.</summary>
public sealed class ClientsCompared
{
    [Fact]
    public async Task Every_client_reads_the_same_from_the_same_traffic()
    {
        var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;
        var scene = await RecordedScene.PrepareAsync();
        var texts = new List<(string Name, string Text)>();
        // Over a socket a read may meet the one that a follower has just left: it is asked again, as in a keeper.
        foreach (var (name, connect) in BuiltInClients.All)
            foreach (var overSocket in (bool[])[false, true])
            {
                await using var node = await ReplayNode.StartAsync(Recording.Load(Golden.Path(RecordedTraffic.Traffic)));
                await using var client = connect(overSocket ? RecordedTraffic.Setup(null, node.WsUrl) with { Retries = 3 } : RecordedTraffic.Setup(node.Url));
                texts.Add(($"{name} over {(overSocket ? "a socket" : "HTTP")}", await SceneReads.ReadAsync(client, scene, patience)));
                Assert.Empty(node.Unknown);
            }
        foreach (var (name, text) in texts.Skip(1)) Golden.Same(texts[0].Name, texts[0].Text, name, text);
    }
}
