using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Protocol;
using Keeper.Protocols.RefPerps;

namespace Keeper.Conformance.RefPerps;

/// <summary>The adapter fed as the loop feeds it: logs of each block in a frame of its own, then the polls, then what is missing.</summary>
internal sealed class EventMirror
{
    private readonly IChainClient _client;
    private readonly UndoLog _undo = new();
    private ulong _at;

    public EventMirror(IChainClient client, Exchange exchange, KnownStart? start = null)
    {
        _client = client;
        var settings = new ProtocolSettings("reference", "RefPerps", exchange.Perps, exchange.DeployBlock, null) { Start = start };
        _at = settings.FirstBlock - 1;
        Protocol = new(settings, _undo);
    }

    public RefPerpsProtocol Protocol { get; }
    public UndoLog Undo => _undo;
    public ulong BlocksUndone { get; private set; }

    /// <summary>Back-fills without frames, as at a start.</summary>
    public async Task BackfillAsync(ulong to)
    {
        foreach (var log in await _client.GetLogsAsync(Protocol.Filter, _at + 1, to, CancellationToken.None)) Protocol.Apply(log);
        _at = to;
        await ReadAsync();
    }

    public async Task FollowAsync(ulong to)
    {
        while (_at < to)
        {
            _undo.Push();
            _at++;
            foreach (var log in await _client.GetLogsAsync(Protocol.Filter, _at, _at, CancellationToken.None)) Protocol.Apply(log);
            await ReadAsync();
        }
        _undo.Forget(keep: 16);
    }

    /// <summary>Goes back as in a reorg, and forward again over the same blocks.</summary>
    public async Task RewindAsync(int blocks)
    {
        var to = _at;
        for (; blocks > 0 && _undo.Depth > 0; blocks--)
        {
            _undo.Rollback();
            _at--;
            BlocksUndone++;
        }
        await FollowAsync(to);
    }

    private async Task ReadAsync()
    {
        await AnswerAsync(Protocol.PollReads());
        for (var rounds = 0; Protocol.MissingReads() is { Count: > 0 } missing; rounds++)
        {
            if (rounds == 6) throw new InvalidOperationException($"Still missing: {missing[0].What}.");
            await AnswerAsync(missing);
        }
    }

    private async Task AnswerAsync(IReadOnlyList<StateRead> reads)
    {
        var answers = await _client.CallAsync(reads.Select(read => read.Call).ToArray(), BlockId.At(_at), CancellationToken.None);
        foreach (var (read, answer) in reads.Zip(answers))
        {
            if (answer is CallResult.Reverted && read.Reverted is { } reverted) reverted();
            else read.Apply(answer is CallResult.Returned returned ? returned.Data : throw new InvalidOperationException($"{read.What}: {answer}"));
        }
    }
}
