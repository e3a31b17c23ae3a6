using Keeper.Protocols.Oracles;
using Keeper.Protocols.RefPerps;

namespace Keeper.Conformance.EndToEnd;

/// <summary>Every field that the adapter holds, by what it belongs to; row numbers and revisions apart, which depend on the way and not on the chain.</summary>
internal static class MirrorFields
{
    public static SortedDictionary<string, string> Of(RefPerpsProtocol protocol)
    {
        var state = protocol.State;
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["globals"] = $"{state.Globals with { SequencerFeed = 0 }}",
            ["globals.sequencer"] = ProxyOf(state.Globals.SequencerFeed),
        };
        for (var i = 0; i < state.Markets.Count; i++) fields[$"market {state.Markets.KeyAt(i)}"] = $"{state.Markets[i] with { Revision = 0, Feed = 0 }} {ProxyOf(state.Markets[i].Feed)}";
        for (var i = 0; i < state.Feeds.Count; i++) fields[$"feed {state.Feeds.ProxyOf(i)}"] = Feed(state.Feeds[i]);
        for (var i = 0; i < state.Accounts.Count; i++)
        {
            fields[$"account {protocol.KeyOf(i)}"] = $"{state.Accounts[i].Quote}";
            for (var at = state.Accounts[i].FirstPosition; at != AccountRow.None; at = state.Positions[at].Next)
                fields[$"account {protocol.KeyOf(i)} market {state.Positions.KeyAt(at).Market}"] = $"{state.Positions[at] with { Market = 0, Next = 0 }}";
        }
        return fields;

        string ProxyOf(int row) => row == AccountRow.None ? "none" : $"{state.Feeds.ProxyOf(row)}";
    }

    /// <summary>When a round began is told by no log, and decides for a sequencer's status alone, which is read.</summary>
    private static string Feed(in FeedRow row) => $"{row with { Revision = 0, StartedAt = row.Source == RoundSource.Status ? row.StartedAt : 0 }}";

    /// <summary>Fields that differ, with both values; empty where all are equal.</summary>
    public static IReadOnlyList<string> Differences(RefPerpsProtocol expected, RefPerpsProtocol actual)
    {
        var (left, right) = (Of(expected), Of(actual));
        return [.. left.Keys.Union(right.Keys).Where(key => left.GetValueOrDefault(key) != right.GetValueOrDefault(key))
            .Select(key => $"{key}: {left.GetValueOrDefault(key) ?? "absent"}, but mirrored {right.GetValueOrDefault(key) ?? "absent"}")];
    }
}
