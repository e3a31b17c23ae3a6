using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

/// <summary>Signed bytes for a slot. They may be mined at any time, whatever a node answered.</summary>
internal sealed class Attempt(Hash32 hash, ReadOnlyMemory<byte> raw, Fees fees, bool isCancel, ulong? privateUntil)
{
    public Hash32 Hash { get; } = hash;
    public ReadOnlyMemory<byte> Raw { get; } = raw;
    public Fees Fees { get; } = fees;

    /// <summary>Uses up the nonce and does nothing else.</summary>
    public bool IsCancel { get; } = isCancel;

    /// <summary>The last block for which only private endpoints may be told; null where everybody may be.</summary>
    public ulong? PrivateUntil { get; } = privateUntil;

    /// <summary>The last answer of a node; null before the first.</summary>
    public SendError? Answer { get; set; }
}
