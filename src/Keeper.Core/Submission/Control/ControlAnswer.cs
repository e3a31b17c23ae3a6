namespace Keeper.Core.Submission.Control;

/// <param name="Refusal">Why nothing was done; null where it was.</param>
/// <param name="Said">What was done, in a sentence.</param>
/// <param name="Status">After it.</param>
public sealed record ControlAnswer(string? Refusal, string? Said, SenderStatus Status);
