using Keeper.Core.Journal;
using Keeper.Core.Primitives;

namespace Keeper.Host.Ledger;

/// <summary>Which plans are shown. Null asks for nothing.</summary>
/// <param name="Account">Exactly as the journal has it: <c>perps:17</c>.</param>
/// <param name="Transaction">The hash of any attempt, mined or not.</param>
/// <param name="Since">Something was written about the plan then or later.</param>
internal sealed record PlanFilter(string? Account = null, Hash32? Transaction = null, long? Plan = null, DateTimeOffset? Since = null)
{
    public bool Fits(PlanHistory plan) =>
        (Plan is null || plan.Plan == Plan)
        && (Account is null || plan.Intent.Items.Any(item => item.Account == Account))
        && (Transaction is null || plan.Attempts.Any(attempt => attempt.Hash == Transaction))
        && (Since is null || plan.Records[^1].WrittenAt >= Since);

    /// <summary>What belongs to no plan is asked for by its time alone.</summary>
    public bool Fits(JournalRecord withoutPlan) => Plan is null && Account is null && Transaction is null && (Since is null || withoutPlan.WrittenAt >= Since);
}
