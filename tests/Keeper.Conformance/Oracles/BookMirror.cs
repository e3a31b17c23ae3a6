using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;

namespace Keeper.Conformance.Oracles;

/// <summary>
/// A book fed as the loop feeds an adapter: logs of each block in a frame of its own, then what is missing. Polls are answered at the same block, or, as
/// in a keeper at work, at the block before.
/// </summary>
internal sealed class BookMirror(IChainClient client, bool pollsLag)
{
    private static readonly IReadOnlyList<Keeper.Core.Primitives.Hash32> Topics = [.. OracleTopics.All.Select(known => known.Topic)];
    private readonly UndoLog _undo = new();
    private OracleBook? _book;
    private ulong _at;

    public OracleBook Book => _book ??= new(_undo);
    public int BlocksUndone { get; private set; }

    /// <summary>Reads that the last blocks needed beside the polls.</summary>
    public int Reads { get; private set; }

    /// <summary>Reads what it was told to follow, as of this block.</summary>
    public Task BeginAsync(ulong at)
    {
        _at = at;
        return ReadAsync();
    }

    public async Task FollowAsync(ulong to)
    {
        while (_at < to)
        {
            if (pollsLag) await AnswerAsync(Polls());
            _undo.Push();
            _at++;
            var filter = new LogFilter(Book.Sources(), Topics);
            foreach (var log in await client.GetLogsAsync(filter, _at, _at, CancellationToken.None)) Book.Apply(log);
            if (!pollsLag) await AnswerAsync(Polls());
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

    private List<StateRead> Polls()
    {
        var reads = new List<StateRead>();
        Book.AddPolls(reads);
        return reads;
    }

    /// <summary>What reverts stays missing.</summary>
    private async Task ReadAsync()
    {
        var reverted = new HashSet<string>();
        for (var round = 0; ; round++)
        {
            var missing = new List<StateRead>();
            Book.AddMissing(missing);
            missing.RemoveAll(read => reverted.Contains(read.What));
            if (missing.Count == 0) return;
            Assert.True(round < 4, $"Still missing: {missing[0].What}.");
            Reads += missing.Count;
            reverted.UnionWith(await AnswerAsync(missing));
        }
    }

    /// <returns>What reverted.</returns>
    private async Task<IReadOnlyList<string>> AnswerAsync(IReadOnlyList<StateRead> reads)
    {
        var answers = await client.CallAsync([.. reads.Select(read => read.Call)], BlockId.At(_at), CancellationToken.None);
        var reverted = new List<string>();
        foreach (var (read, answer) in reads.Zip(answers))
        {
            if (answer is CallResult.Returned returned) read.Apply(returned.Data);
            else
            {
                reverted.Add(Assert.IsType<CallResult.Reverted>(answer) is not null ? read.What : "");
                read.Reverted?.Invoke();
            }
        }
        return reverted;
    }
}
