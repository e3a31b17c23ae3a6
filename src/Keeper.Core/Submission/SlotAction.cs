using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

/// <summary>What to do about an unmined slot at a new head.</summary>
public abstract record SlotAction
{
    private SlotAction() { }

    /// <summary>It was handed out for this very block, and accepted.</summary>
    public sealed record Wait : SlotAction;

    /// <summary>Hand the newest bytes out again: costs nothing, and a pool may have dropped them.</summary>
    public sealed record Rebroadcast(bool FeeCapHit) : SlotAction;

    /// <summary>Sign the same call with a higher bid.</summary>
    public sealed record Bump(Fees Fees) : SlotAction;

    /// <summary>It would only cost its gas by now: use up the nonce with a transfer of nothing.</summary>
    /// <param name="Why">For people.</param>
    public sealed record Cancel(Fees Fees, string Why) : SlotAction;
}
