using Keeper.Core.Primitives;

namespace Keeper.Host.Keys;

/// <summary>What `keeper key rotate` found and made.</summary>
/// <param name="Open">What of the old key is still open, in words; empty where nothing is.</param>
/// <param name="New">Null as long as the old key is not drained.</param>
/// <param name="NewKeystore">Null for a key that another process holds.</param>
internal sealed record RotationReport(
    RotationState State, Address Old, IReadOnlyList<string> Open, Address? New, string? NewKeystore, bool IsMade,
    IReadOnlyList<UnsignedTransaction> Transactions, IReadOnlyList<string> Notes);
