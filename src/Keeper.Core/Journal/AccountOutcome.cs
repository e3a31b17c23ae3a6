using Keeper.Core.Submission;

namespace Keeper.Core.Journal;

/// <param name="Account">As in the plan, <c>perps:17</c>.</param>
/// <param name="Detail">The decoded reason of a revert, or null.</param>
/// <param name="Rival">Of a race that was lost: to whom, where that is known.</param>
public sealed record AccountOutcome(string Account, Outcome Outcome, string? Detail, Rival? Rival = null);
