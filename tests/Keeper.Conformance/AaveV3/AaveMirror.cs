using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.AaveV3;
using Keeper.Protocols.Capital;

namespace Keeper.Conformance.AaveV3;

/// <summary>The adapter fed as the loop feeds it: sources, history, then the logs of each block in a frame of its own, the polls, and what is missing.</summary>
internal sealed class AaveMirror
{
    private readonly IChainClient _client;
    private ulong _at;

    /// <param name="capital">Null names a liquidator and routes that do not exist.</param>
    public AaveMirror(IChainClient client, AavePool pool, CapitalOptions? capital = null)
    {
        _client = client;
        _at = pool.DeployBlock - 1;
        var routes = from collateral in pool.Assets from debt in pool.Assets where collateral != debt select new SwapRoute(collateral.Token, debt.Token, Liquidator, default, 3_000);
        Protocol = new(
            new ProtocolSettings("aave", "aave-v3", pool.Pool, pool.DeployBlock, null) { Options = new AaveV3Options(capital ?? new CapitalOptions(Liquidator, CapitalFunding.Flash, 500, [.. routes])) },
            Undo);
    }

    public static Address Liquidator { get; } = Address.Parse("0x00000000000000000000000000000000000000aa");
    public AaveV3Protocol Protocol { get; }
    public UndoLog Undo { get; } = new();

    /// <summary>As at a start.</summary>
    public async Task BackfillAsync(ulong to)
    {
        while (Protocol.SourceReads() is { Count: > 0 } reads) await AnswerAsync(reads, BlockId.Latest);
        foreach (var log in await _client.GetLogsAsync(Protocol.Filter, _at + 1, to, CancellationToken.None)) Protocol.Apply(log);
        _at = to;
        await ReadAsync();
    }

    public async Task FollowAsync(ulong to)
    {
        while (_at < to)
        {
            Undo.Push();
            _at++;
            var header = await _client.GetHeaderAsync(BlockId.At(_at), CancellationToken.None);
            Protocol.BeginBlock(header.Ref);
            foreach (var log in await _client.GetLogsAsync(Protocol.Filter, _at, _at, CancellationToken.None)) Protocol.Apply(log);
            await ReadAsync();
        }
        Undo.Forget(keep: 16);
    }

    /// <summary>Goes back as in a reorg, and forward again over the same blocks.</summary>
    public async Task RewindAsync(int blocks)
    {
        var to = _at;
        for (; blocks > 0 && Undo.Depth > 0; blocks--)
        {
            Undo.Rollback();
            _at--;
        }
        await FollowAsync(to);
    }

    private async Task ReadAsync()
    {
        await AnswerAsync(Protocol.PollReads(), BlockId.At(_at));
        // What a contract does not answer stays missing, as the builder leaves it.
        var unanswered = new HashSet<string>();
        for (var rounds = 0; Protocol.MissingReads().Where(read => !unanswered.Contains(read.What)).ToArray() is { Length: > 0 } missing; rounds++)
        {
            if (rounds == 8) throw new InvalidOperationException($"Still missing: {missing[0].What}.");
            unanswered.UnionWith(await AnswerAsync(missing, BlockId.At(_at)));
        }
    }

    private async Task<List<string>> AnswerAsync(IReadOnlyList<StateRead> reads, BlockId at)
    {
        var unanswered = new List<string>();
        if (reads.Count == 0) return unanswered;
        var answers = await _client.CallAsync(reads.Select(read => read.Call).ToArray(), at, CancellationToken.None);
        foreach (var (read, answer) in reads.Zip(answers))
        {
            if (answer is CallResult.Returned returned) read.Apply(returned.Data);
            else
            {
                read.Reverted?.Invoke();
                unanswered.Add(read.What);
            }
        }
        return unanswered;
    }
}
