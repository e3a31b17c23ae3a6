namespace Keeper.Core.Submission.Breakers;

/// <param name="Reason">For people: one sentence without secrets.</param>
/// <param name="Since">Unix seconds by the chain's clock.</param>
/// <param name="IsManual">A person opened it.</param>
/// <param name="Protocol">For which alone nothing new is sent; null: for none.</param>
public sealed record OpenBreaker(Breaker Breaker, string Reason, ulong Since, bool IsManual, string? Protocol = null);
