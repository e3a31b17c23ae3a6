using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Chain.Nodes.Health;

/// <summary>
/// Judges endpoints by what they tell and how they answer; asks nothing itself. One that lags, is on a fork, serves another chain or went back behind
/// a final block is put aside and named: nothing is read from it, and it has no vote, until a look at its chain and blocks finds it right again.
/// Safe for concurrent use.
/// </summary>
internal sealed class EndpointBoard
{
    /// <summary>As many fit a mask.</summary>
    public const int MaxEndpoints = 32;

    private readonly Lock _gate = new();
    private readonly HealthOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EndpointState[] _endpoints;
    private HeadQuorum _quorum = HeadQuorum.None;
    private BlockRef? _final;
    private long? _splitSince;
    private bool _isCompared;

    public EndpointBoard(IReadOnlyList<string> names, HealthOptions options, TimeProvider time, ILogger logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        // Of several each says first which chain it serves: the proofs of a start may be long ago.
        _endpoints = [.. names.Select(name => new EndpointState(name) { NeedsProof = names.Count > 1 })];
        // One needs nobody to be compared with.
        _isCompared = names.Count == 1;
    }

    public int Count => _endpoints.Length;

    /// <summary>What the endpoints agree on.</summary>
    public HeadQuorum Quorum
    {
        get { lock (_gate) return _quorum; }
    }

    public AsideReason? AsideOf(int endpoint)
    {
        lock (_gate) return _endpoints[endpoint].Aside;
    }

    /// <summary>Transactions go to it: one that lags can pass them on, one of another chain cannot.</summary>
    public bool TakesSends(int endpoint) => AsideOf(endpoint) is null or AsideReason.Lag;

    /// <summary>
    /// The endpoint to read from: of those that are not put aside one that has not been tried, whose reads do not fail, that has the newest block, and that
    /// is named first in the configuration, in this order of importance.
    /// </summary>
    /// <param name="tried">A mask of endpoints that this read has asked already.</param>
    /// <param name="avoid">A mask of endpoints that should be left in peace; weighs more than all else.</param>
    /// <returns>-1 where every endpoint is put aside.</returns>
    public int Pick(uint tried, uint avoid)
    {
        lock (_gate)
        {
            var (best, least) = (-1, int.MaxValue);
            for (var i = 0; i < _endpoints.Length; i++)
            {
                if (_endpoints[i].Aside is not null) continue;
                var weight = ((avoid >> i & 1) << 12) | ((tried >> i & 1) << 11) | WeightOf(_endpoints[i]);
                if ((int)weight < least) (best, least) = (i, (int)weight);
            }
            return best;
        }
    }

    /// <summary>The endpoints that are not put aside, in the order of <see cref="Pick"/>.</summary>
    /// <param name="failingToo">Also those whose last read failed.</param>
    public IReadOnlyList<int> Usable(bool failingToo)
    {
        lock (_gate) return [.. Enumerable.Range(0, Count).Where(i => _endpoints[i].Aside is null && (failingToo || _endpoints[i].Failures == 0)).OrderBy(i => WeightOf(_endpoints[i]))];
    }

    /// <summary>A usable answer came.</summary>
    public void Succeeded(int endpoint)
    {
        var state = _endpoints[endpoint];
        if (state is { Failures: 0, Overtaken: 0 }) return;
        lock (_gate) (state.Failures, state.Overtaken) = (0, 0);
        Report();
    }

    /// <summary>A read had no usable answer.</summary>
    public void Failed(int endpoint, ChainFault fault)
    {
        lock (_gate)
        {
            var state = _endpoints[endpoint];
            // One that is behind may well not have the block yet.
            if (fault is ChainFault.UnknownBlock && (state.IsBehind || _endpoints.Length == 1)) return;
            Fail(state);
            if (state.Failures == 1 && _endpoints.Length > 1) ChainLog.EndpointFailing(_logger, state.Name, fault);
        }
        Report();
    }

    /// <summary>Another endpoint answered a read first that had been asked later; twice in a row is a failure.</summary>
    public void Overtaken(int endpoint)
    {
        lock (_gate)
        {
            var state = _endpoints[endpoint];
            if (++state.Overtaken >= 2) Fail(state);
        }
        Report();
    }

    /// <summary>A socket to the endpoint was opened, and its subscription taken.</summary>
    /// <param name="isAgain">Not for the first time: what answers may be another node by now.</param>
    public void Subscribed(int endpoint, bool isAgain)
    {
        lock (_gate) (_endpoints[endpoint].IsLive, _endpoints[endpoint].NeedsProof) = (true, _endpoints[endpoint].NeedsProof || isAgain);
    }

    public void Unsubscribed(int endpoint)
    {
        lock (_gate) _endpoints[endpoint].IsLive = false;
    }

    /// <summary>The endpoint named its newest block.</summary>
    /// <param name="isAnnounced">By its socket: a height that leaps is not believed before it is asked for.</param>
    /// <returns>Whether it is another than before, and plausible.</returns>
    public bool Heard(int endpoint, BlockRef head, bool isAnnounced)
    {
        lock (_gate)
        {
            var state = _endpoints[endpoint];
            if (isAnnounced && IsLeap(state, head.Number))
            {
                state.NeedsProof = true;
                return false;
            }
            state.HeardAt = _time.GetTimestamp();
            if (!state.Heads.Extend(head, isAnnounced)) return false;
            // It may be a late word of an old block; if not, its whole chain went back.
            if (_final is { } final && head.Number < final.Number) state.NeedsProof = true;
            PlaceByHeight(state, head.Number);
            Judge();
        }
        Report();
        return true;
    }

    /// <summary>The endpoint answered an <see cref="EndpointQuestion"/>.</summary>
    /// <param name="chainId">Null where it was not asked for.</param>
    /// <param name="newest">Its newest block.</param>
    /// <param name="blocks">Its blocks at the heights that were asked for; those that it has.</param>
    public void Looked(int endpoint, ulong? chainId, BlockRef newest, IReadOnlyList<BlockRef> blocks)
    {
        lock (_gate)
        {
            var state = _endpoints[endpoint];
            (state.HeardAt, state.Failures, state.Overtaken, state.NeedsProof) = (_time.GetTimestamp(), 0, 0, false);
            state.Heads.Extend(newest, isAnnounced: false);
            foreach (var block in blocks) state.Heads.Note(block);
            PlaceByHeight(state, newest.Number);
            var fault = FaultOf(state, chainId, newest, blocks);
            if (fault is not null || state.Aside is not null) Place(state, fault);
            else state.Looks = 0;
            Judge();
        }
        Report();
    }

    /// <summary>A look at the endpoint failed.</summary>
    public void LookFailed(int endpoint)
    {
        lock (_gate)
        {
            var state = _endpoints[endpoint];
            Fail(state);
            Judge();
        }
        Report();
    }

    /// <summary>The endpoint was found wrong by a comparison that is not made here; the next look at it may find it right.</summary>
    public void PutAside(int endpoint, AsideReason reason)
    {
        lock (_gate)
        {
            Place(_endpoints[endpoint], reason);
            Judge();
        }
        Report();
    }

    /// <summary>The block will not be undone. Lower ones than before are passed over.</summary>
    public void Final(BlockRef block)
    {
        lock (_gate)
            if (_splitSince is null && (_final is null || block.Number > _final.Value.Number)) _final = block;
    }

    /// <summary>What the endpoint is to be asked now; null for nothing.</summary>
    public EndpointQuestion? Due(int endpoint)
    {
        lock (_gate)
        {
            var state = _endpoints[endpoint];
            var isSuspect = state.Aside is not null || state.NeedsProof || state.Failures > 0;
            var isSilent = _endpoints.Length > 1 && (state.HeardAt is not { } heard || _time.GetElapsedTime(heard) >= _options.PollEvery);
            if ((!isSuspect && !isSilent) || _time.GetTimestamp() < state.LookAt) return null;
            List<ulong> heights = [];
            if (isSuspect && _final is { } final) heights.Add(final.Number);
            if (_endpoints.Length > 1 && Comparable(state) is { } height) heights.Add(height);
            return new(isSuspect, heights);
        }
    }

    /// <summary>Time has passed.</summary>
    public void Tick()
    {
        lock (_gate) Judge();
        Report();
    }

    /// <summary>Why nothing should be decided on the state at this block, for people; null for no reason.</summary>
    public string? DoubtOf(BlockRef head)
    {
        lock (_gate)
        {
            if (Array.TrueForAll(_endpoints, endpoint => endpoint.Aside is not null))
                return $"no endpoint can be believed: {string.Join(", ", _endpoints.Select(endpoint => $"{endpoint.Name} ({Label.Of(endpoint.Aside!.Value)})"))}";
            if (!_isCompared) return "the endpoints have not been compared yet";
            if (_splitSince is { } since && _time.GetElapsedTime(since) >= _options.Patience)
                return $"the endpoints do not agree on the chain: {string.Join(", ", _endpoints.Where(HasVote).Select(endpoint => endpoint.Name))}";
            if (_final is { } final && head.Number < final.Number) return "the chain went back behind a final block";
            return _quorum.Leader >= 0 && _endpoints[_quorum.Leader].Heads.HashAt(head.Number) is { } agreed && agreed != head.Hash && head.Number <= _quorum.Number
                ? "the block is not of the chain that most endpoints follow" : null;
        }
    }

    private static uint WeightOf(EndpointState endpoint) => ((uint)Math.Min(endpoint.Failures, 31) << 1) | (endpoint.IsBehind ? 1u : 0u);

    private bool IsLeap(EndpointState state, ulong number) => state.Heads.Newest is { } newest && number > newest + HeadWindow.MaxJump;

    private bool HasVote(EndpointState state) => state.Aside is null && state.HeardAt is { } heard && _time.GetElapsedTime(heard) < _options.VoteLasts;

    /// <summary>Where sockets tell heights at once, whoever is at the newest block is read from; a height that was asked for is old when it comes.</summary>
    private void PlaceByHeight(EndpointState state, ulong number)
    {
        (state.IsBehind, state.Highest) = (false, Math.Max(state.Highest, number));
        foreach (var other in _endpoints)
        {
            if (other == state || other.Aside is not null || other.Heads.Newest is not { } theirs) continue;
            if (theirs > number) state.IsBehind = true;
            else if (theirs < number && other.IsLive) other.IsBehind = true;
            else if (theirs == number) other.IsBehind = false;
        }
    }

    /// <summary>A height at which it can be compared with the others, where their words alone do not allow it.</summary>
    private ulong? Comparable(EndpointState state)
    {
        if (state.Aside is not null) return _quorum.Number;
        var others = _endpoints.Where(other => other != state && HasVote(other)).ToArray();
        if (others.Length == 0 || (state.Heads.Newest is not null && others.Any(other => state.Heads.AgreesWith(other.Heads) is not null))) return null;
        return others.Min(other => other.Heads.Newest);
    }

    private AsideReason? FaultOf(EndpointState state, ulong? chainId, BlockRef newest, IReadOnlyList<BlockRef> blocks)
    {
        if (chainId is { } id ? id != _options.ChainId : state.Aside == AsideReason.ChainId) return AsideReason.ChainId;
        if (_final is { } final)
        {
            if (blocks.Any(block => block.Number == final.Number && block.Hash != final.Hash)) return AsideReason.Fork;
            if (newest.Number < final.Number && state.Highest >= final.Number) return AsideReason.Finality;
        }
        if (state.Aside is not { } reason) return null;
        // A fork that outlives the others must not become the chain.
        if (_quorum.Leader < 0) return reason == AsideReason.Fork && _endpoints.Length > 1 ? reason : null;
        if (newest.Number + _options.MaxLag < _quorum.Best) return AsideReason.Lag;
        var agrees = state.Heads.AgreesWith(_endpoints[_quorum.Leader].Heads);
        return agrees == false || (agrees is null && reason == AsideReason.Fork) ? AsideReason.Fork : null;
    }

    /// <summary>Finds the majority anew, and puts aside who has not been on its chain, or near its end, for too long.</summary>
    private void Judge()
    {
        var now = _time.GetTimestamp();
        _isCompared |= Array.TrueForAll(_endpoints, endpoint => endpoint.HeardAt is not null || endpoint.Failures > 0 || endpoint.Aside is not null);
        _quorum = HeadQuorum.Of([.. _endpoints.Select(endpoint => HasVote(endpoint) ? endpoint.Heads : null)]);
        if (_quorum is { Voters: > 1, Leader: < 0 })
        {
            if (_splitSince is null)
                foreach (var endpoint in _endpoints) endpoint.NeedsProof |= HasVote(endpoint);
            _splitSince ??= now;
            return;
        }
        _splitSince = null;
        if (_quorum.Leader < 0) return;
        var leader = _endpoints[_quorum.Leader].Heads;
        foreach (var endpoint in _endpoints)
        {
            if (endpoint.Aside is not null || endpoint.Heads.Newest is not { } newest) continue;
            // Who was not heard of lately has no vote and no guilt: his failures say that he is ill.
            if (!HasVote(endpoint))
            {
                endpoint.DiffersSince = endpoint.LagsSince = null;
                continue;
            }
            endpoint.DiffersSince = endpoint.Heads.AgreesWith(leader) == false ? endpoint.DiffersSince ?? now : null;
            endpoint.LagsSince = newest + _options.MaxLag < _quorum.Best ? endpoint.LagsSince ?? now : null;
            if (endpoint.DiffersSince is { } differs && _time.GetElapsedTime(differs, now) >= _options.Patience) Place(endpoint, AsideReason.Fork);
            else if (endpoint.LagsSince is { } lags && _time.GetElapsedTime(lags, now) >= _options.Patience) Place(endpoint, AsideReason.Lag);
        }
    }

    private void Place(EndpointState state, AsideReason? fault)
    {
        if (fault is { } reason)
        {
            if (state.Aside != reason)
            {
                ChainInstruments.IntegrityFailed(state.Name, Label.Of(reason));
                ChainLog.EndpointPutAside(_logger, state.Name, Label.Of(reason));
            }
            (state.LookAt, state.Looks) = (Later(_options.AsideBackoff, state.Looks), state.Looks + 1);
        }
        else
        {
            ChainLog.EndpointReturned(_logger, state.Name);
            (state.LookAt, state.Looks) = (0, 0);
        }
        (state.Aside, state.DiffersSince, state.LagsSince) = (fault, null, null);
    }

    private void Fail(EndpointState state)
    {
        state.LookAt = Later(_options.FailureBackoff, state.Failures);
        state.Failures++;
    }

    private long Later(TimeSpan backoff, int times)
    {
        var wait = TimeSpan.FromTicks(Math.Min(_options.MaxBackoff.Ticks, backoff.Ticks << Math.Min(times, 10)));
        return _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);
    }

    private void Report()
    {
        lock (_gate) ChainInstruments.Endpoints(_endpoints.Count(endpoint => endpoint is { Aside: null, Failures: 0 }), _quorum.Agreeing);
    }
}
