using Keeper.Core.Chain;
using Keeper.Core.Protocol;

namespace Keeper.Core.Mirror;

/// <summary>
/// The logs of one block or of a range of history on their way into protocols, in the order of the chain. A contract that a log makes known may have spoken in the same block (a deposit in
/// the transaction that lists its market), and does so in the rest of the range: the run stops behind that log until what is wanted beyond what was read is read too. What lies
/// behind it is told in its place. What lies before it in the block (a factory names a contract when its constructor has spoken) is told next to it and in its own order: earlier nobody could know whose it is,
/// and the adapter has by then what the naming log says, but also what others said in between.
/// </summary>
/// <param name="read">What the logs were read with.</param>
/// <param name="to">Whom they are for; null for everybody.</param>
internal sealed class LogRun(IReadOnlyList<Log> logs, LogFilter read, IReadOnlyCollection<IProtocol>? to = null)
{
    /// <summary>A filter that grows more often than this within a block or a range has no end.</summary>
    private const int MaxStops = 1_000;

    private readonly HashSet<IProtocol> _grown = [];

    /// <summary>Who took which log of the last log's block, by its index.</summary>
    private readonly HashSet<(IProtocol, uint)> _taken = [];
    private IReadOnlyList<Log> _logs = logs;
    private LogFilter _read = read;
    private LogFilter _asked = read;
    private int _next;
    private int _stops;

    public IReadOnlyCollection<IProtocol>? To => to;

    /// <summary>Of the last log that was told.</summary>
    public ulong BlockNumber => _logs[_next - 1].BlockNumber;

    /// <summary>All that were read.</summary>
    public IReadOnlyList<Log> Logs => _logs;

    /// <summary>Whose filter is another by the last logs.</summary>
    public IReadOnlyCollection<IProtocol> Grown => _grown;

    /// <summary>What must be read before the run goes on, if protocols want this much by now; null for nothing, or no more of it.</summary>
    public LogFilter? Lacks(LogFilter wanted)
    {
        if (wanted.Beyond(_read) is not { IsEmpty: false } more || IsEndless) return null;
        (_asked, _stops) = (wanted, _stops + 1);
        return IsEndless ? null : more;
    }

    /// <summary>Nothing more is read: whose filter it is cannot be followed.</summary>
    public bool IsEndless => _stops > MaxStops;

    /// <summary>What was lacking, of the last log's block on.</summary>
    public void Add(IReadOnlyList<Log> more)
    {
        _read = _asked;
        var last = _next == 0 ? null : _logs[_next - 1];
        _logs = [.. _logs.Concat(more).DistinctBy(log => (log.BlockNumber, log.LogIndex)).OrderBy(log => log.BlockNumber).ThenBy(log => log.LogIndex)];
        _next = last is null ? 0 : _logs.Index().First(entry => ReferenceEquals(entry.Item, last)).Index + 1;
    }

    public Log? Next()
    {
        if (_next == _logs.Count) return null;
        if (_next > 0 && _logs[_next].BlockNumber != BlockNumber) _taken.Clear();
        return _logs[_next++];
    }

    /// <param name="grew">Whether its filter is another by it.</param>
    public void Taken(IProtocol protocol, Log log, bool grew)
    {
        _taken.Add((protocol, log.LogIndex));
        if (grew) _grown.Add(protocol);
    }

    /// <summary>What stands in the last log's block before it, for whose filter is another by now: all that they did not take.</summary>
    public IReadOnlyList<(Log Log, IProtocol Protocol)> TakeEarlier()
    {
        var first = _next - 1;
        while (first > 0 && _logs[first - 1].BlockNumber == BlockNumber) first--;
        var earlier = new List<(Log, IProtocol)>();
        for (var i = first; i < _next - 1; i++) earlier.AddRange(_grown.Where(protocol => !_taken.Contains((protocol, _logs[i].LogIndex))).Select(protocol => (_logs[i], protocol)));
        _grown.Clear();
        return earlier;
    }
}
