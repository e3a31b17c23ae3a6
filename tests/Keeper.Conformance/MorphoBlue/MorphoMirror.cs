using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;
using Keeper.Protocols.MorphoBlue;

namespace Keeper.Conformance.MorphoBlue;

/// <summary>The adapter fed as the loop feeds it: logs of each block in a frame of its own, then the polls, then what is missing.</summary>
internal sealed class MorphoMirror
{
    private readonly IChainClient _client;
    private readonly UndoLog _undo = new();
    private ulong _at;

    /// <param name="settings">Null names all markets and a route that does not exist.</param>
    public MorphoMirror(IChainClient client, MorphoWorld world, MorphoBlueOptions? settings = null)
    {
        _client = client;
        _at = world.DeployBlock - 1;
        var options = settings ?? new MorphoBlueOptions(
            [.. world.Markets.Select(market => market.Id(Keccak.Hash))], [new(world.Loan, null, MorphoWorld.Wad, null)],
            new(world.Keeper, CapitalFunding.Flash, 0, [new(world.Collateral, world.Loan, world.Keeper, new byte[43], 3_000)]));
        Protocol = new(new ProtocolSettings("morpho", "morpho-blue", world.Morpho, world.DeployBlock, null) { Options = options }, _undo, Keccak.Hash);
    }

    public MorphoBlueProtocol Protocol { get; }
    public int BlocksUndone { get; private set; }

    /// <summary>Back-fills without frames and without times, as at a start.</summary>
    public async Task BackfillAsync(ulong to)
    {
        foreach (var log in await _client.GetLogsAsync(Protocol.Filter, _at + 1, to, CancellationToken.None)) Protocol.Apply(log);
        _at = to;
        await ReadMissingAsync();
        await AnswerAsync(Protocol.PollReads());
    }

    /// <param name="isLost">Logs that are never heard of; null hears all.</param>
    public async Task FollowAsync(ulong to, Func<Log, bool>? isLost = null)
    {
        while (_at < to)
        {
            _undo.Push();
            _at++;
            Protocol.BeginBlock((await _client.GetHeaderAsync(BlockId.At(_at), CancellationToken.None)).Ref);
            foreach (var log in await _client.GetLogsAsync(Protocol.Filter, _at, _at, CancellationToken.None)) if (isLost?.Invoke(log) != true) Protocol.Apply(log);
            await ReadMissingAsync();
            await AnswerAsync(Protocol.PollReads());
        }
        _undo.Forget(keep: 16);
    }

    /// <summary>Goes back as in a reorg, and forward again over the same blocks.</summary>
    public async Task RewindAsync(int blocks)
    {
        var to = _at;
        for (; blocks > 0 && _undo.Depth > 0; blocks--, BlocksUndone++, _at--) _undo.Rollback();
        await FollowAsync(to);
    }

    /// <summary>What the audit finds of an account.</summary>
    public async Task<IReadOnlyList<AuditDifference>> AuditAsync(int account, ulong timestamp)
    {
        var reads = Protocol.AuditReads(account, timestamp);
        var answers = await _client.CallAsync([.. reads.Select(read => read.Call)], BlockId.At(_at), CancellationToken.None);
        return [.. reads.Zip(answers).SelectMany(pair => pair.First.Compare(pair.Second) ?? throw new InvalidOperationException("An audit's view was not run."))];
    }

    public Task RepairAsync(int account) => AnswerAsync(Protocol.RepairReads(account));

    /// <summary>What the sums find.</summary>
    public async Task<IReadOnlyList<string>> TotalsAsync()
    {
        var checks = Protocol.Capture().Totals();
        var answers = await _client.CallAsync([.. checks.Select(check => check.Call)], BlockId.At(_at), CancellationToken.None);
        return [.. checks.Zip(answers).Select(pair => pair.First.Difference(((CallResult.Returned)pair.Second).Data)).OfType<string>()];
    }

    private async Task ReadMissingAsync()
    {
        var failed = new HashSet<string>();
        for (var rounds = 0; Protocol.MissingReads().Where(read => !failed.Contains(read.What)).ToArray() is { Length: > 0 } missing; rounds++)
        {
            Assert.True(rounds < 8, $"Still missing: {missing[0].What}.");
            failed.UnionWith(await AnswerAsync(missing));
        }
    }

    /// <returns>What reverted.</returns>
    private async Task<IReadOnlyList<string>> AnswerAsync(IReadOnlyList<StateRead> reads)
    {
        var failed = new List<string>();
        var answers = await _client.CallAsync([.. reads.Select(read => read.Call)], BlockId.At(_at), CancellationToken.None);
        foreach (var (read, answer) in reads.Zip(answers))
        {
            if (answer is CallResult.Returned(var data))
            {
                read.Apply(data);
                continue;
            }
            read.Reverted?.Invoke();
            failed.Add(read.What);
        }
        return failed;
    }
}
