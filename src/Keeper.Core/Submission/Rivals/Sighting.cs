using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Rivals;

/// <summary>One account liquidated by one transaction, ours or another's, as a linked block told it.</summary>
/// <param name="Account">Protocol and account, as <c>perps:17</c>.</param>
/// <param name="IsOurs">By our executor.</param>
/// <param name="Offer">Ours that held the account open then; null where none did.</param>
/// <param name="Doing">What else we were doing, and what is known of it.</param>
internal sealed record Sighting(
    string Account, Address Liquidator, Hash32 Transaction, ulong BlockNumber, Hash32 BlockHash, bool IsOurs, long? Offer, (Doing What, string Detail) Doing)
{
    /// <summary>From the receipt; null while it was not read.</summary>
    public Wei? PricePerGas { get; init; }

    /// <summary>False once a reorg took its block away, until a block or a receipt tells it anew.</summary>
    public bool IsCanonical { get; init; } = true;

    /// <summary>It stands in the journal.</summary>
    public bool IsTold { get; init; }

    /// <summary>How often its receipt was asked for.</summary>
    public int Asked { get; init; }

    public Journal.Rival ToRival() => new(Liquidator, BlockNumber, Transaction, PricePerGas);
}
