using System.Collections.Concurrent;
using System.Text.Json;
using Keeper.Tests.Support;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>Answers from recordings, and remembers what was asked that they do not hold.</summary>
internal sealed class ReplayNode : IAsyncDisposable
{
    private readonly ScriptedNode _node;
    private readonly Recording _recording;

    private ReplayNode(ScriptedNode node, Recording recording)
    {
        (_node, _recording) = (node, recording);
        node.Fault = request => request.ValueKind == JsonValueKind.Array ? JsonRpcText.Batch(request.EnumerateArray().Select(Answer)) : Answer(request);
    }

    public Uri Url => _node.HttpUrl;
    public Uri WsUrl => _node.WsUrl;

    /// <summary>Method and parameters of what no recording answers: a request too many, or one that is encoded otherwise.</summary>
    public ConcurrentQueue<string> Unknown { get; } = new();

    public static async Task<ReplayNode> StartAsync(Recording recording) => new(await ScriptedNode.StartAsync(), recording);

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private string Answer(JsonElement call)
    {
        if (_recording.Answer(call) is { } answer) return answer;
        Unknown.Enqueue(Recording.Describe(call));
        return JsonRpcText.Error(call, new ScriptedError(-32601, "not in the recording"));
    }
}
