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

    /// <summary>Blocks without an answer after which a protocol's silence is told.</summary>
    private const ulong LongestSilence = 8;

    private static readonly Task Never = new TaskCompletionSource().Task;

    /// <summary>The block up to which each protocol was answered, or had no question; of the mirror that was asked about last.</summary>
    private readonly Dictionary<IProtocol, ulong> _answered = [];

    private Round? _running;
    private CancellationTokenSource _stop = new();

    /// <summary>Halved by a request that fails or comes too late, since one answer may be too large for all, and doubled by one that does not.</summary>
    private int _limit = MostReads;

    /// <summary>Who is asked first moves on with each request: what does not fit in one must not always be the same protocol's.</summary>
    private int _turn;

    /// <summary>Completes when the request under way has ended; never where none is.</summary>
    public Task Answered => _running?.Answers ?? Never;

    /// <summary>Asks at the block that the mirror stands at. What is under way there goes on; what is under way for another block is given up.</summary>
    public void Begin(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        var at = mirror.HintBlock ?? mirror.Head.Hash;
        if (_running is { IsLost: false } running && running.Of == mirror && running.At == at) return;
        GiveUp();
        IProtocol[] deciding = [.. mirror.Trusted.Where(protocol => protocol.Fidelity == ProtocolFidelity.EventPlusPoll)];
        foreach (var other in _answered.Keys.Except(deciding).ToArray()) _answered.Remove(other);
        foreach (var protocol in deciding) _answered.TryAdd(protocol, mirror.Head.Number);
        var reads = new List<(IProtocol Protocol, StateRead Read)>();
        for (var i = 0; i < deciding.Length && reads.Count < _limit; i++)
        {
            var protocol = deciding[(_turn + i) % deciding.Length];
            var wanted = BlockPoll.PollsOf(mirror, protocol);
            if (wanted.Count == 0) _answered[protocol] = mirror.Head.Number;
            reads.AddRange(wanted.Take(_limit - reads.Count).Select(read => (protocol, read)));
        }
        if (reads.Count == 0) return;
        _turn = (_turn + 1) % deciding.Length;
        _running = new(mirror, at, reads, AskAsync([.. reads.Select(entry => entry.Read.Call)], at, cancellation), cancellation);
    }

    /// <summary>Why nothing can be found of a protocol though its state is believed: no answer came back while the mirror stood where it was asked. Null where one did.</summary>
    public string? SilenceOf(Mirror.Mirror mirror, IProtocol protocol) =>
        _answered.TryGetValue(protocol, out var last) && mirror.Head.Number >= last + LongestSilence ? $"its views were not answered in time for {mirror.Head.Number - last} blocks" : null;

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
            foreach (var protocol in round.Reads.Select(read => read.Protocol).Distinct()) _answered[protocol] = mirror.Head.Number;
            for (var i = 0; i < round.Reads.Count; i++) BlockPoll.Apply(mirror, round.Reads[i].Protocol, round.Reads[i].Read, answers[i]);
            return true;
        }
        catch (ChainException)
        {
            // Asked again with the next block, and about fewer.
            AskFewerThan(round);
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

    private void AskFewerThan(Round round) => _limit = Math.Max(LeastReads, Math.Min(_limit, round.Reads.Count) / 2);

    private void GiveUp()
    {
        // On blocks that are faster than answers every one would come too late.
        if (_running is { IsStopped: false } late) AskFewerThan(late);
        _running = null;
        _stop.Cancel();
        _stop.Dispose();
        _stop = new();
    }

    private sealed record Round(Mirror.Mirror Of, Hash32 At, IReadOnlyList<(IProtocol Protocol, StateRead Read)> Reads, Task<IReadOnlyList<CallResult>> Answers, CancellationToken Stop)
    {
        /// <summary>Who asked has gone: that says nothing of the request.</summary>
        public bool IsStopped => Stop.IsCancellationRequested;

        /// <summary>No answer will come.</summary>
        public bool IsLost => IsStopped || (Answers.IsCompleted && !Answers.IsCompletedSuccessfully);
    }
}
