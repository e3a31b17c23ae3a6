using System.Collections.Concurrent;

namespace Keeper.Core.Telemetry;

/// <summary>
/// What keeps the keeper from working, by component. A component that has never spoken is not ready; one that has not
/// succeeded for longer than it promised is not ready either. Safe for concurrent use.
/// </summary>
public sealed class Readiness(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, State> _components = new();

    /// <summary>Names a component before it has spoken.</summary>
    /// <param name="staleAfter">The longest time between two successes; null for no limit.</param>
    public void Expect(string component, TimeSpan? staleAfter = null) =>
        _components[component] = new(null, "has not reported yet", staleAfter);

    /// <summary>The component has just done its work.</summary>
    public void Succeeded(string component) =>
        _components.AddOrUpdate(component, _ => new(time.GetTimestamp(), null, null), (_, old) => old with { LastSuccess = time.GetTimestamp(), Reason = null });

    /// <summary>The component cannot work.</summary>
    /// <param name="reason">For people: one sentence without secrets.</param>
    public void Failed(string component, string reason) =>
        _components.AddOrUpdate(component, _ => new(null, reason, null), (_, old) => old with { Reason = reason });

    /// <summary>Every component in the order of its name, and why it is not ready; null where it is.</summary>
    /// <remarks>The dictionary's own snapshot: LINQ would copy it while it grows.</remarks>
    public IReadOnlyList<(string Component, string? Reason)> Report() =>
        _components.ToArray().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, Judge(pair.Value))).ToArray();

    public bool IsReady => Report().All(entry => entry.Reason is null);

    private string? Judge(State state)
    {
        if (state.Reason is not null) return state.Reason;
        var idle = time.GetElapsedTime(state.LastSuccess!.Value);
        return state.StaleAfter is { } limit && idle > limit
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"no success for {idle.TotalSeconds:0} s, at most {limit.TotalSeconds:0} s are expected")
            : null;
    }

    private sealed record State(long? LastSuccess, string? Reason, TimeSpan? StaleAfter);
}
