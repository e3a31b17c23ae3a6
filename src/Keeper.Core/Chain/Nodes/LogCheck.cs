using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Nodes;

/// <summary>Holds an answer of <c>eth_getLogs</c> against what was asked: a log too many would be applied to the mirror, one twice as well.</summary>
public sealed class LogCheck(LogQuery query)
{
    private readonly HashSet<Address> _addresses = [.. query.Addresses];
    private readonly HashSet<Hash32> _topics = [.. query.Topics];

    private readonly HashSet<Hash32>? _subjects = query.Subjects?.ToHashSet();

    public LogQuery Query => query;

    /// <summary>One for each query of the filter.</summary>
    public static IReadOnlyList<LogCheck> Of(LogFilter filter) => [.. filter.Queries.Select(query => new LogCheck(query))];

    public bool Wants(Log log) =>
        log.TopicCount > 0 && _addresses.Contains(log.Address) && _topics.Contains(log.Topic0) && (_subjects is null || (log.TopicCount > 1 && _subjects.Contains(log.Topic1)));

    /// <summary>The logs in the order of the chain.</summary>
    /// <exception cref="MalformedAnswerException">One is outside the range, twice in it, or not asked for.</exception>
    public IReadOnlyList<Log> Sorted(IReadOnlyList<Log> answer, ulong fromBlock, ulong toBlock)
    {
        List<Log> logs = [.. answer];
        // Nodes answer in order; sorting what is sorted costs nothing, and gateways that merge shards do not promise it.
        logs.Sort(static (a, b) => a.BlockNumber != b.BlockNumber ? a.BlockNumber.CompareTo(b.BlockNumber) : a.LogIndex.CompareTo(b.LogIndex));
        for (var i = 0; i < logs.Count; i++)
        {
            var log = logs[i];
            if (log.BlockNumber < fromBlock || log.BlockNumber > toBlock) throw new MalformedAnswerException("a log lies outside the range");
            if (i > 0 && logs[i - 1].BlockNumber == log.BlockNumber && logs[i - 1].LogIndex == log.LogIndex) throw new MalformedAnswerException("a log comes twice");
            if (!Wants(log)) throw new MalformedAnswerException("a log was not asked for");
        }
        return logs;
    }

    /// <summary>The answers to a filter's queries as one: in the order of the chain, and once what two of them ask for.</summary>
    public static IReadOnlyList<Log> Merged(IReadOnlyList<IReadOnlyList<Log>> answers) =>
        answers.Count == 1 ? answers[0] : [.. answers.SelectMany(logs => logs).DistinctBy(log => (log.BlockHash, log.LogIndex)).OrderBy(log => log.BlockNumber).ThenBy(log => log.LogIndex)];

    /// <summary>Two lists say the same, in the same order.</summary>
    public static bool AreSame(IReadOnlyList<Log> a, IReadOnlyList<Log> b)
    {
        if (a.Count != b.Count) return false;
        for (var i = 0; i < a.Count; i++)
            if (a[i] with { Data = default } != b[i] with { Data = default } || !a[i].Data.Span.SequenceEqual(b[i].Data.Span)) return false;
        return true;
    }

    /// <summary>The logs of one block, in order.</summary>
    public IReadOnlyList<Log> SortedOf(BlockRef block, IReadOnlyList<Log> logs)
    {
        foreach (var log in logs)
            if (log.BlockHash != block.Hash) throw new MalformedAnswerException("a log belongs to another block");
        return Sorted(logs, block.Number, block.Number);
    }
}
