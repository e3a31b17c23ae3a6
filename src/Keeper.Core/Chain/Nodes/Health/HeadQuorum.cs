using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Nodes.Health;

/// <summary>
/// What the endpoints that speak agree on: the highest block that more than half of them have. One alone is its own majority; of two both must
/// agree; two that disagree have none.
/// </summary>
/// <param name="Voters">Endpoints that speak.</param>
/// <param name="Agreeing">Those on the chain of the majority; 0 without one.</param>
/// <param name="Number">Height of the highest block that a majority has; null without one.</param>
/// <param name="Best">What a lag is measured against: that height, or of two that agree the higher of theirs, since nobody lags by having more.</param>
/// <param name="Leader">An endpoint of the majority, which knows its blocks; -1 without one.</param>
internal sealed record HeadQuorum(int Voters, int Agreeing, ulong? Number, ulong Best, int Leader)
{
    public static HeadQuorum None { get; } = new(0, 0, null, 0, -1);

    /// <param name="heads">Null for an endpoint without a vote.</param>
    public static HeadQuorum Of(IReadOnlyList<HeadWindow?> heads)
    {
        int[] voters = [.. Enumerable.Range(0, heads.Count).Where(i => heads[i]?.Newest is not null)];
        var needed = voters.Length / 2 + 1;
        var (leader, members) = (-1, Array.Empty<int>());
        foreach (var i in voters)
        {
            var agreeing = Array.FindAll(voters, j => i == j || heads[i]!.AgreesWith(heads[j]!) == true);
            if (agreeing.Length >= needed && agreeing.Length > members.Length) (leader, members) = (i, agreeing);
        }
        if (leader < 0) return None with { Voters = voters.Length };
        ulong[] heights = [.. members.Select(i => heads[i]!.Newest!.Value).OrderDescending()];
        var number = heights[needed - 1];
        var knows = Array.FindIndex(members, i => heads[i]!.HashAt(number) is not null);
        return knows < 0 ? None with { Voters = voters.Length } : new(voters.Length, members.Length, number, voters.Length == 2 ? heights[0] : number, members[knows]);
    }
}
