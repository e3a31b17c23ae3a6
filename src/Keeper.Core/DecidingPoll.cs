using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Core;

/// <summary>
/// Asks what decides and no log tells: the polls of <see cref="ProtocolFidelity.EventPlusPoll"/>, at the mirror's block or at that of its hint, and there again as long as
/// the adapters want to know more. One request at a time, apart from what stands in <see cref="BlockPoll"/>, so that a view that answers a megabyte costs nobody else. One that is under way is
/// let finish whatever blocks and hints come meanwhile, since on a chain that is faster than its nodes no other would: what it says is true of its own block. Not safe for concurrent use: the loop owns it.
/// </summary>
internal sealed class DecidingPoll(IChainClient chain, TimeProvider time) : IDisposable
{
    /// <summary>However often requests fail: as many as one account may need.</summary>
    private const int LeastReads = 8;

    private const int MostReads = 1 << 14;

    /// <summary>Blocks without an answer after which a protocol's silence is told, where they took as long as <see cref="SilentSeconds"/>.</summary>
    private const ulong SilentBlocks = 8;

    /// <summary>By the blocks' own time: twice as long as an answer may take, since the one after it is that old when it is due.</summary>
    private const ulong SilentSeconds = 10;

    /// <summary>How long an answer is waited for when there is something newer to ask about.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Task Never = new TaskCompletionSource().Task;

    /// <summary>The newest block for which each protocol was answered, or had no question; of the mirror that was asked about last.</summary>
    private readonly Dictionary<IProtocol, BlockRef> _answered = [];

    private Round? _running;

    /// <summary>Where the last request failed: there it would again.</summary>
    private Hash32? _failedAt;

    /// <summary>Halved by a request that fails or takes too long, since one answer may be too large for all, and doubled by one that does not.</summary>
    private int _limit = MostReads;

    /// <summary>Who is asked first moves on with each request: what does not fit in one must not always be the same protocol's.</summary>
    private int _turn;

    /// <summary>Completes when the request under way has ended; never where none is.</summary>
    public Task Answered => _running?.Answers ?? Never;

    /// <summary>
    /// Asks at the block that the mirror stands at, unless a request is under way. That one is given up where its block has left the chain or it is of another mirror; and, after
    /// five seconds, where there is a newer block.
    /// </summary>
    public void Begin(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        var at = mirror.HintBlock ?? mirror.Head.Hash;
        if (_running is { } running)
        {
            if (running.IsOf(mirror))
            {
                if (running.At == at || running.Answers.IsCompleted || time.GetElapsedTime(running.Since) <= Patience) return;
                AskFewerThan(running);
            }
            GiveUp();
        }
        if (_failedAt == at) return;
        IProtocol[] deciding = [.. mirror.Trusted.Where(protocol => protocol.Fidelity == ProtocolFidelity.EventPlusPoll)];
        foreach (var other in _answered.Keys.Except(deciding).ToArray()) _answered.Remove(other);
        foreach (var protocol in deciding) _answered.TryAdd(protocol, mirror.Head);
        var reads = new List<(IProtocol Protocol, StateRead Read)>();
        for (var i = 0; i < deciding.Length && reads.Count < _limit; i++)
        {
            var protocol = deciding[(_turn + i) % deciding.Length];
            var wanted = BlockPoll.PollsOf(mirror, protocol);
            if (wanted.Count == 0) _answered[protocol] = mirror.Head;
            reads.AddRange(wanted.Take(_limit - reads.Count).Select(read => (protocol, read)));
        }
        if (reads.Count == 0) return;
        _turn = (_turn + 1) % deciding.Length;
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _running = new(mirror, mirror.Head, at, reads, AskAsync([.. reads.Select(entry => entry.Read.Call)], at, stop.Token), stop, time.GetTimestamp());
    }

    /// <summary>Why nothing can be found of a protocol though its state is believed: no answer has come back for too many blocks. Null where one has.</summary>
    public string? SilenceOf(Mirror.Mirror mirror, IProtocol protocol) =>
        _answered.TryGetValue(protocol, out var last) && mirror.Head.Number >= last.Number + SilentBlocks && mirror.Head.Timestamp >= last.Timestamp + SilentSeconds
            ? $"its views were not answered in time for {mirror.Head.Number - last.Number} blocks" : null;

    /// <summary>Whether what decides about a protocol was polled at an earlier block than the mirror's.</summary>
    public bool IsBehind(Mirror.Mirror mirror, IProtocol protocol) => _answered.TryGetValue(protocol, out var last) && last.Hash != mirror.Head.Hash;

    /// <summary>
    /// Applies what has come back, if its block is still in the chain (a reorg, or another block in the place of a hint's, makes it nobody's): where the mirror stands at another one
    /// by now, of those protocols alone that take it, and beneath a hint, which would otherwise take it along when it goes.
    /// </summary>
    /// <returns>Whether the state may be another now.</returns>
    public async Task<bool> ApplyAsync(Mirror.Mirror mirror)
    {
        if (_running is not { Answers.IsCompleted: true } round) return false;
        _running = null;
        using var _ = round.Stop;
        try
        {
            var answers = await round.Answers.ConfigureAwait(false);
            _limit = Math.Min(MostReads, 2 * _limit);
            if (!round.IsOf(mirror)) return false;
            var isLate = round.At != (mirror.HintBlock ?? mirror.Head.Hash);
            var told = round.Reads.Zip(answers, (asked, answer) => (asked.Protocol, asked.Read, Answer: answer)).Where(one => !isLate || one.Protocol.TakesLateAnswers).ToArray();
            if (isLate) mirror.Amend(Apply);
            else Apply();
            return told.Length > 0;

            void Apply()
            {
                foreach (var (protocol, read, answer) in told)
                {
                    _answered[protocol] = isLate ? round.Head : mirror.Head;
                    BlockPoll.Apply(mirror, protocol, read, answer);
                }
            }
        }
        catch (ChainException)
        {
            // Asked again with the next block, and about fewer.
            _failedAt = round.At;
            AskFewerThan(round);
            return false;
        }
        catch (OperationCanceledException)
        {
            // Who asked has gone.
            return false;
        }
    }

    public void Dispose() => GiveUp();

    private async Task<IReadOnlyList<CallResult>> AskAsync(CallRequest[] calls, Hash32 at, CancellationToken cancellation) =>
        await chain.CallAsync(calls, new BlockId.ByHash(at), cancellation).ConfigureAwait(false);

    private void AskFewerThan(Round round) => _limit = Math.Max(LeastReads, Math.Min(_limit, round.Reads.Count) / 2);

    private void GiveUp()
    {
        _running?.Stop.Cancel();
        _running?.Stop.Dispose();
        _running = null;
    }

    /// <param name="Head">Of the mirror when it was asked.</param>
    /// <param name="At">The block that was asked about: that one, or the hint's above it.</param>
    private sealed record Round(
        Mirror.Mirror Of, BlockRef Head, Hash32 At, IReadOnlyList<(IProtocol Protocol, StateRead Read)> Reads, Task<IReadOnlyList<CallResult>> Answers, CancellationTokenSource Stop, long Since)
    {
        /// <summary>It is the mirror's, and its block is still in the chain.</summary>
        public bool IsOf(Mirror.Mirror mirror) => Of == mirror && mirror.Has(At, At == Head.Hash ? Head.Number : Head.Number + 1);
    }
}
