using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>The height at which the key was looked at last.</summary>
    private ulong? _lookedAt;

    /// <summary>The block that the pinned code was last asked for at.</summary>
    private Hash32 _codeAskedAt;

    /// <summary>Nothing of ours can change but by others' doing: no transaction is under way, nothing is halted, doubted or lacking.</summary>
    private bool IsQuiet => _slots.Count == 0 && _nextUsed is null && _lost is null && _lacking is null && _alarm is null && !_board.Open.Any() && _balance is not null && (signer is null || _chainNonce is not null);

    /// <summary>Whether this head is to be used for a look at the key and the code. An offer has the code looked at in any case.</summary>
    private bool IsDue(ulong head, bool isReorgUnchecked) =>
        isReorgUnchecked || !IsQuiet || _lookedAt is not { } last || head < last || head >= last + (ulong)settings.QuietHeads;

    private void ReadCode(BlockRef at, CancellationToken cancellation)
    {
        if (_codeAskedAt == at.Hash) return;
        _codeAskedAt = at.Hash;
        _code.Begin(at, cancellation);
    }
}
