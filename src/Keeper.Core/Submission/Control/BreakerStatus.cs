using Keeper.Core.Submission.Breakers;

namespace Keeper.Core.Submission.Control;

/// <param name="Open">Null while it is closed.</param>
/// <param name="NeedsPerson">It never closes by itself.</param>
/// <param name="ResumesAt">Unix seconds by the chain's clock; null where no time closes it.</param>
public sealed record BreakerStatus(Breaker Breaker, OpenBreaker? Open, bool NeedsPerson, ulong? ResumesAt);
