using Keeper.Core.Protocol;

namespace Keeper.Core.Submission;

/// <summary>What one account's calls do in a batch, or would do by themselves.</summary>
internal abstract record Fate
{
    private Fate() { }

    public sealed record Succeeds : Fate;

    /// <summary>The executor goes on with the others.</summary>
    public sealed record Fails(CallFailure Failure) : Fate;

    /// <summary>By itself it makes the executor revert, and so all that is in its batch.</summary>
    public sealed record Breaks(string Reason) : Fate;

    /// <summary>It could not be found out, or what reverts has nothing to do with the accounts.</summary>
    public sealed record Unknown : Fate;
}
