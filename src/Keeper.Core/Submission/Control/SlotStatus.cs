using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Control;

/// <summary>A transaction that is not final.</summary>
/// <param name="Hash">Of the newest attempt.</param>
/// <param name="AgeSeconds">Since the block that it was decided on, by the chain's clock.</param>
/// <param name="MinedIn">The block that holds it; null where none does.</param>
public sealed record SlotStatus(
    ulong Nonce, SlotState State, Hash32 Hash, int Attempts, bool IsCancel, Fees Fees, ulong AgeSeconds, ulong? MinedIn, IReadOnlyList<string> Accounts);
