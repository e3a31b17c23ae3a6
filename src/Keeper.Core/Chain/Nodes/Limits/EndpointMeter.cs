using Keeper.Core.Telemetry;

namespace Keeper.Core.Chain.Nodes.Limits;

/// <summary>
/// What was asked of one endpoint, how fast it answers, and what may be asked of it now: a token bucket, the day's budget, and the pause that it asked for
/// itself. It only reckons: who reads waits by <see cref="WaitFor"/>, who sends does not ask. Safe for concurrent use.
/// </summary>
public sealed class EndpointMeter
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30), LongestGuess = TimeSpan.FromSeconds(5), LongestWait = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly EndpointLimits _limits;
    private readonly TimeProvider _time;
    private readonly AnswerTimes _times = new();
    private double _tokens;
    private long _filledAt;
    private DateTime _day;
    private long _spentToday;
    private bool _isPaused;
    private long _pausedUntil;
    private bool _wasTold;
    private int _refusals;

    public EndpointMeter(string name, EndpointLimits limits, TimeProvider time)
    {
        (_name, _limits, _time, _tokens, _filledAt) = (name, limits, time, Capacity(limits), time.GetTimestamp());
        if (limits.DailyCostUnits is { } budget) ChainInstruments.CostUnitsLeft(name, budget);
    }

    /// <summary>After this long without an answer another endpoint is asked, too: what 19 of 20 answers did not take lately.</summary>
    public TimeSpan HedgeAfter => _times.Late;

    /// <summary>Zero to ask now; null where nothing may be asked for this purpose today, or not while others wait.</summary>
    public TimeSpan? WaitFor(RequestPurpose purpose)
    {
        if (purpose == RequestPurpose.Send || (!Volatile.Read(ref _isPaused) && _limits is { RequestsPerSecond: null, DailyCostUnits: null })) return TimeSpan.Zero;
        lock (_gate)
        {
            if (IsSpent(purpose)) return null;
            var pause = Pause();
            if (pause > TimeSpan.Zero && purpose == RequestPurpose.Audit) return null;
            var refill = Refill(purpose);
            return pause > refill ? pause : refill;
        }
    }

    /// <summary>A call was written.</summary>
    public void Asked(string method)
    {
        var units = _limits.CostOf(method);
        ChainInstruments.CostUnits(_name, units);
        if (_limits is { RequestsPerSecond: null, DailyCostUnits: null }) return;
        lock (_gate)
        {
            Fill();
            _tokens--;
            Today();
            _spentToday += units;
            if (_limits.DailyCostUnits is { } budget) ChainInstruments.CostUnitsLeft(_name, budget - _spentToday);
        }
    }

    /// <summary>An answer came after this long.</summary>
    public void Answered(TimeSpan elapsed)
    {
        _times.Add(elapsed);
        if (!Volatile.Read(ref _isPaused)) return;
        // What was asked before the pause says nothing of it.
        lock (_gate)
            if (Pause() == TimeSpan.Zero) (_isPaused, _refusals) = (false, 0);
    }

    /// <summary>The endpoint asked to be left in peace.</summary>
    /// <param name="retryAfter">For how long, in its own words; null where it did not say.</param>
    public void Limited(TimeSpan? retryAfter)
    {
        lock (_gate)
        {
            _wasTold = retryAfter is not null;
            var pause = retryAfter ?? TimeSpan.FromMilliseconds(250 << Math.Min(_refusals++, 10));
            var longest = _wasTold ? LongestPause : LongestGuess;
            (_isPaused, _pausedUntil) = (true, _time.GetTimestamp() + (long)((pause < longest ? pause : longest).TotalSeconds * _time.TimestampFrequency));
        }
    }

    /// <summary>As many tokens as come in a second.</summary>
    private static double Capacity(EndpointLimits limits) => Math.Max(1, limits.RequestsPerSecond ?? 1);

    private TimeSpan Pause()
    {
        var left = _isPaused ? _pausedUntil - _time.GetTimestamp() : 0;
        if (left <= 0) return TimeSpan.Zero;
        var pause = TimeSpan.FromSeconds((double)left / _time.TimestampFrequency);
        // A guess of ours is not worth a longer standstill.
        return _wasTold || pause < LongestWait ? pause : LongestWait;
    }

    private TimeSpan Refill(RequestPurpose purpose)
    {
        if (_limits.RequestsPerSecond is not { } rate) return TimeSpan.Zero;
        Fill();
        var capacity = Capacity(_limits);
        var needed = Math.Min(capacity, 1 + capacity * KeptFrom(purpose, audit: 0.5, history: 0.3, follow: 0.2));
        return _tokens >= needed ? TimeSpan.Zero : TimeSpan.FromSeconds((needed - _tokens) / rate);
    }

    /// <summary>What must be left of the day's budget falls with what is left of the day.</summary>
    private bool IsSpent(RequestPurpose purpose)
    {
        if (_limits.DailyCostUnits is not { } budget || purpose == RequestPurpose.Decide) return false;
        Today();
        var dayLeft = 1 - _time.GetUtcNow().TimeOfDay / TimeSpan.FromDays(1);
        return budget - _spentToday <= budget * dayLeft * KeptFrom(purpose, audit: 0.5, history: 0.3, follow: 0.1);
    }

    /// <summary>The share that is kept from a purpose for those before it.</summary>
    private static double KeptFrom(RequestPurpose purpose, double audit, double history, double follow) => purpose switch
    {
        RequestPurpose.Audit => audit,
        RequestPurpose.History => history,
        RequestPurpose.Follow => follow,
        _ => 0,
    };

    private void Fill()
    {
        var now = _time.GetTimestamp();
        _tokens = Math.Min(Capacity(_limits), _tokens + _time.GetElapsedTime(_filledAt, now).TotalSeconds * (_limits.RequestsPerSecond ?? 0));
        _filledAt = now;
    }

    private void Today()
    {
        var today = _time.GetUtcNow().UtcDateTime.Date;
        if (today == _day) return;
        (_day, _spentToday) = (today, 0);
    }
}
