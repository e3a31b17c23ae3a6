using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Core;

/// <summary>
/// Asks what decides and no log tells: the polls of <see cref="ProtocolFidelity.EventPlusPoll"/>, at the mirror's block or at that of its hint, and there again as long as
/// the adapters want to know more. One request at a time, apart from what stands in <see cref="BlockPoll"/>, so that a view that answers a megabyte costs nobody else.
/// Not safe for concurrent use: the loop owns it.
/// </summary>
internal sealed class DecidingPoll(IChainClient chain) : IDisposable
{
    /// <summary>However often requests fail: as many as one account may need.</summary>
    private const int LeastReads = 8;

    private const int MostReads = 1 << 14;

    private static readonly Task Never = new TaskCompletionSource().Task;

    private Round? _running;
    private CancellationTokenSource _stop = new();

    /// <summary>Halved by a request that fails, since one answer may be too large for all, and doubled by one that does not.</summary>
    private int _limit = MostReads;

    /// <summary>Completes when the request under way has ended; never where none is.</summary>
    public Task Answered => _running?.Answers ?? Never;

    /// <summary>Asks at the block that the mirror stands at. What is under way there goes on; what is under way for another block is given up.</summary>
    public void Begin(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        var at = mirror.HintBlock ?? mirror.Head.Hash;
        if (_running is { } running && running.Of == mirror && running.At == at && !running.Answers.IsCompleted) return;
        if (_running is not null) GiveUp();
        var reads = mirror.Trusted.Where(protocol => protocol.Fidelity == ProtocolFidelity.EventPlusPoll).ToArray()
            .SelectMany(protocol => BlockPoll.PollsOf(mirror, protocol).Select(read => (protocol, read))).Take(_limit).ToArray();
        if (reads.Length > 0) _running = new(mirror, at, reads, AskAsync([.. reads.Select(entry => entry.read.Call)], at, cancellation));
    }

    /// <summary>Applies what has come back, if it is of the block that the mirror stands at.</summary>
    /// <returns>Whether the state may be another now.</returns>
    public async Task<bool> ApplyAsync(Mirror.Mirror mirror)
    {
        if (_running is not { Answers.IsCompleted: true } round) return false;
        _running = null;
        try
        {
            var answers = await round.Answers.ConfigureAwait(false);
            _limit = Math.Min(MostReads, 2 * _limit);
            if (round.Of != mirror || round.At != (mirror.HintBlock ?? mirror.Head.Hash)) return false;
            for (var i = 0; i < round.Reads.Count; i++) BlockPoll.Apply(mirror, round.Reads[i].Protocol, round.Reads[i].Read, answers[i]);
            return true;
        }
        catch (ChainException)
        {
            // Asked again with the next block, and about fewer.
            _limit = Math.Max(LeastReads, Math.Min(_limit, round.Reads.Count) / 2);
            return false;
        }
        catch (OperationCanceledException)
        {
            // Given up.
            return false;
        }
    }

    public void Dispose() => GiveUp();

    private async Task<IReadOnlyList<CallResult>> AskAsync(CallRequest[] calls, Hash32 at, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        return await chain.CallAsync(calls, new BlockId.ByHash(at), stop.Token).ConfigureAwait(false);
    }

    private void GiveUp()
    {
        _running = null;
        _stop.Cancel();
        _stop.Dispose();
        _stop = new();
    }

    private sealed record Round(Mirror.Mirror Of, Hash32 At, IReadOnlyList<(IProtocol Protocol, StateRead Read)> Reads, Task<IReadOnlyList<CallResult>> Answers);
}
