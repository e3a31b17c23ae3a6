using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Completeness;

/// <summary>What a header says of its block's logs.</summary>
/// <param name="Bloom">Over the logs of all receipts.</param>
/// <param name="ReceiptsRoot">Of the trie of all receipts.</param>
/// <param name="IsSealed">The block's hash is that of the header's fields, so that both are the block's own: <see cref="HeaderSeal"/>.</param>
public sealed record LogCommitment(Bloom Bloom, Hash32 ReceiptsRoot, bool IsSealed)
{
    /// <summary>Null where a part is missing.</summary>
    public static LogCommitment? Of(Bloom? bloom, Hash32? receiptsRoot, bool isSealed) => bloom is not null && receiptsRoot is { } root ? new(bloom, root, isSealed) : null;
}
