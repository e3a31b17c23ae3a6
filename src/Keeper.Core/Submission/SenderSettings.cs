using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

/// <param name="Executor">The LiquidationExecutor that every transaction is sent to.</param>
/// <param name="Operator">The sender: the signer's address, or in a dry run the executor's operator.</param>
public sealed record SenderSettings(SubmissionOptions Options, ChainProfile Profile, Address Executor, Address Operator)
{
    /// <summary>The time that an attempt is given before it is bid up.</summary>
    public TimeSpan BumpAfter => Options.BumpAfter ?? 1.5 * Profile.BlockTime;
}
