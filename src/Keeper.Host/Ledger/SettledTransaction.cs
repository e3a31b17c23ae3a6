using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;

namespace Keeper.Host.Ledger;

/// <summary>One row of the export: a transaction whose plan is settled, reverted ones and cancellations too.</summary>
/// <param name="SeenAt">When the keeper saw the receipt, by its own clock.</param>
/// <param name="Mined">Null only where the journal settles a plan without a receipt, which the keeper does not write.</param>
/// <param name="IsCancel">It only used up the nonce.</param>
/// <param name="Rewards">Of a success, token by token.</param>
internal sealed record SettledTransaction(
    PlanHistory Plan, DateTimeOffset? SeenAt, DateTimeOffset SettledAt, JournalEntry.Settled Settled, JournalEntry.Mined? Mined, bool IsCancel,
    IReadOnlyList<TokenReward> Rewards)
{
    /// <summary>In the order in which they were settled. A transaction that a reorg took out again is left to the plan that took it up.</summary>
    public static IReadOnlyList<SettledTransaction> Of(IEnumerable<PlanHistory> plans) =>
        plans.Where(plan => plan is { Settled: not null, ReopenedAs: null }).OrderBy(plan => plan.End!.Sequence).Select(Of).ToArray();

    private static SettledTransaction Of(PlanHistory plan)
    {
        var settled = plan.Settled!;
        var receipt = plan.Mined?.Hash == settled.Hash ? plan.Receipt : null;
        var mined = (JournalEntry.Mined?)receipt?.Entry;
        var isCancel = plan.Attempts.Any(attempt => attempt.Hash == settled.Hash && attempt.IsCancel);
        return new(plan, receipt?.WrittenAt, plan.End!.WrittenAt, settled, mined, isCancel,
            mined is { Succeeded: true } && !isCancel ? TokenReward.Of(LeastOf(plan, settled.Hash), settled.Paid) : []);
    }

    private static IReadOnlyList<(Address Token, UInt256 Amount)> LeastOf(PlanHistory plan, Hash32 hash)
    {
        try
        {
            var minimums = ExecutorCall.DecodeMinProfits(plan.Intent.Data.Span);
            var (first, mined) = (plan.Attempts.First().Fees.MaxFeePerGas, plan.Attempts.First(attempt => attempt.Hash == hash).Fees.MaxFeePerGas);
            // A later attempt asked for more: its calldata follows from the first one's.
            return [.. minimums.Select(min => (min.Token, ExecutorCall.Raised(min.Amount, first, mined)))];
        }
        catch (AbiException)
        {
            // Calldata of another form is none that says what had to be brought.
            return [];
        }
    }
}
