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

    private readonly ImmutableSortedDictionary<Breaker, OpenBreaker> _open;

    private BreakerBoard(ImmutableSortedDictionary<Breaker, OpenBreaker> open) => _open = open;

    public static BreakerBoard Closed { get; } = new(ImmutableSortedDictionary<Breaker, OpenBreaker>.Empty);

    /// <summary>In the order of the closed set.</summary>
    public IEnumerable<OpenBreaker> Open => _open.Values;

    /// <summary>Why nothing new may be sent; null where nothing is open.</summary>
    public string? Halted => _open.IsEmpty ? null : string.Join("; ", _open.Values.Select(open => $"{Label.Of(open.Breaker)}: {open.Reason}"));

    /// <param name="changes">The last change of each breaker, as the journal has it.</param>
    /// <exception cref="JournalException">A newer keeper opened a breaker that this one does not know.</exception>
    public static BreakerBoard Of(IEnumerable<JournalEntry.BreakerChanged> changes) =>
        changes.Where(change => change.IsOpen).Aggregate(Closed, (board, change) => board.With(new(
            Parse(change.Breaker) ?? throw new JournalException($"The journal holds the open breaker '{Chain.ForeignText.Clean(change.Breaker, 40)}', which this keeper does not know: a newer one wrote it."),
            change.Reason, change.At, change.IsManual)));

    /// <summary>As the journal and the metrics spell it, or as the configuration does; null where there is no such breaker.</summary>
    public static Breaker? Parse(string name) => ByName.TryGetValue(name, out var breaker) ? breaker : null;

    public OpenBreaker? Find(Breaker breaker) => _open.GetValueOrDefault(breaker);

    public bool IsOpen(Breaker breaker) => _open.ContainsKey(breaker);

    /// <summary>One that is open already stays as it is: its first reason is the one to look at.</summary>
    public BreakerBoard With(OpenBreaker breaker) => IsOpen(breaker.Breaker) ? this : new(_open.Add(breaker.Breaker, breaker));

    public BreakerBoard Without(Breaker breaker) => new(_open.Remove(breaker));
}
