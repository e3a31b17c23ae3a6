using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Control;

/// <summary>A transaction in flight.</summary>
/// <param name="Hash">Of the newest attempt.</param>
/// <param name="AgeSeconds">Since the block that it was decided on, by the chain's clock.</param>
/// <param name="MinedIn">The block that holds it, while it waits for its confirmations.</param>
public sealed record SlotStatus(
    ulong Nonce, Hash32 Hash, int Attempts, bool IsCancel, Fees Fees, ulong AgeSeconds, ulong? MinedIn, IReadOnlyList<string> Accounts);
