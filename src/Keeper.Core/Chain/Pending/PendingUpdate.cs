namespace Keeper.Core.Chain.Pending;

/// <summary>A supposition: that the next block has this price update.</summary>
/// <param name="Timestamp">Of that block, as it is taken to be, in unix seconds.</param>
public sealed record PendingUpdate(PendingTransaction Transaction, ulong Timestamp);
