using System.Collections.Immutable;
using Keeper.Core.Journal;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission.Breakers;

/// <summary>Which breakers are open. Immutable: whoever reads it sees one moment.</summary>
public sealed class BreakerBoard
{
    private static readonly Dictionary<string, Breaker> ByName = Enum.GetValues<Breaker>()
        .SelectMany(breaker => new[] { Label.Of(breaker), breaker.ToString() }.Distinct(StringComparer.OrdinalIgnoreCase), (breaker, name) => (breaker, name))
        .ToDictionary(pair => pair.name, pair => pair.breaker, StringComparer.OrdinalIgnoreCase);

    private readonly ImmutableSortedSet<OpenBreaker> _open;

    private BreakerBoard(ImmutableSortedSet<OpenBreaker> open) => _open = open;

    public static BreakerBoard Closed { get; } = new(ImmutableSortedSet.Create<OpenBreaker>(Comparer<OpenBreaker>.Create(
        (a, b) => a.Breaker.CompareTo(b.Breaker) is not 0 and var order ? order : string.CompareOrdinal(a.Protocol, b.Protocol))));

    /// <summary>In the order of the closed set; of one breaker first what concerns all, then protocol by protocol.</summary>
    public IEnumerable<OpenBreaker> Open => _open;

    /// <summary>Why nothing new may be sent; null where nothing is open that concerns all.</summary>
    public string? Halted => Tell(open => open.Protocol is null);

    /// <summary>What is open, whomever it concerns; null where nothing is.</summary>
    public string? Reasons => Tell(_ => true);

    /// <summary>Why nothing new may be sent for this protocol, beside what concerns all; null where nothing is open for it.</summary>
    public string? HaltedFor(string protocol) => Tell(open => open.Protocol == protocol);

    /// <param name="changes">The last change of each breaker, as the journal has it.</param>
    /// <exception cref="JournalException">A newer keeper opened a breaker that this one does not know.</exception>
    public static BreakerBoard Of(IEnumerable<JournalEntry.BreakerChanged> changes) =>
        changes.Where(change => change.IsOpen).Aggregate(Closed, (board, change) => board.With(new(
            Parse(change.Breaker) ?? throw new JournalException($"The journal holds the open breaker '{Chain.ForeignText.Clean(change.Breaker, 40)}', which this keeper does not know: a newer one wrote it."),
            change.Reason, change.At, change.IsManual, change.Protocol)));

    /// <summary>As the journal and the metrics spell it, or as the configuration does; null where there is no such breaker.</summary>
    public static Breaker? Parse(string name) => ByName.TryGetValue(name, out var breaker) ? breaker : null;

    /// <summary>The first that is open, whomever it concerns.</summary>
    public OpenBreaker? Find(Breaker breaker) => _open.FirstOrDefault(open => open.Breaker == breaker);

    public bool IsOpen(Breaker breaker) => Find(breaker) is not null;

    /// <summary>One that is open already for the same stays as it is: its first reason is the one to look at.</summary>
    public BreakerBoard With(OpenBreaker breaker) => new(_open.Add(breaker));

    /// <summary>Without the breaker, for all and for each protocol.</summary>
    public BreakerBoard Without(Breaker breaker) => new(_open.Except(_open.Where(open => open.Breaker == breaker)));

    private string? Tell(Func<OpenBreaker, bool> isMeant) =>
        string.Join("; ", _open.Where(isMeant).Select(open => $"{Label.Of(open.Breaker)}: {open.Reason}")) is { Length: > 0 } reasons ? reasons : null;
}
