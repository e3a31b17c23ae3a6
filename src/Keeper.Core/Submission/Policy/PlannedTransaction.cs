using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>What a slot is for, as the journal has it or will have it.</summary>
/// <param name="Data">The calldata that was simulated.</param>
/// <param name="IsCancel">Only the nonce is to be used up: <paramref name="Data"/> and <paramref name="GasLimit"/> do not count.</param>
public sealed record PlannedTransaction(ulong Nonce, ReadOnlyMemory<byte> Data, Gas GasLimit, bool IsCancel)
{
    /// <summary>What it costs beyond its gas.</summary>
    public Wei DataCost { get; init; }
}
