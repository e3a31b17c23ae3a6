using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Policy;

namespace Keeper.Core.Submission;

/// <param name="Executor">The LiquidationExecutor that every transaction is sent to.</param>
/// <param name="Operator">The sender: the signer's address, or in a dry run the executor's operator.</param>
/// <param name="HashCode">For the code of the executor and of the protocols' contracts.</param>
public sealed record SenderSettings(SubmissionOptions Options, ChainProfile Profile, Address Executor, Address Operator, CodeHasher HashCode)
{
    /// <summary>The time that an attempt is given before it is bid up.</summary>
    public TimeSpan BumpAfter => Options.BumpAfter ?? 1.5 * Profile.BlockTime;

    public BreakerOptions Breakers { get; init; } = new();

    /// <summary>
    /// While nothing of ours is under way and nothing is wrong, the key's nonce, its money and the pinned code are asked for at every so many heads; else at each. At least 1.
    /// </summary>
    public int QuietHeads { get; init; } = 6;

    /// <summary>What the operator vouches for; null holds on to the code that is found at start.</summary>
    public Hash32? ExecutorCodeHash { get; init; }

    /// <summary>Where the executor is a proxy: the code that it leads to.</summary>
    public Hash32? ExecutorImplementationCodeHash { get; init; }
}
