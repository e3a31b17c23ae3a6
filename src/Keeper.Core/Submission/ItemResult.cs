namespace Keeper.Core.Submission;

/// <param name="Data">What the call returned or reverted with, cut by the executor.</param>
public readonly record struct ItemResult(bool Succeeded, ReadOnlyMemory<byte> Data);
