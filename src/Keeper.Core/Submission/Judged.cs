using Keeper.Core.Journal;

namespace Keeper.Core.Submission;

/// <param name="Pause">Why the account backs off from now on; null where it does not.</param>
internal readonly record struct Judged(AccountOutcome Outcome, BackoffReason? Pause = null);
