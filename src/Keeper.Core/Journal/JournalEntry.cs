using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Journal;

/// <summary>
/// One fact. A plan is one transaction with one nonce (a slot), carries one intent an account, and may be signed several times
/// (attempts). What belongs to a plan refers to it by the sequence number of its <see cref="Intended"/>.
/// </summary>
/// <remarks>Optional parameters came with the second and third version of the stored form: a record of an earlier one has none of these facts.</remarks>
public abstract record JournalEntry
{
    private JournalEntry() { }

    /// <summary>The plan that it belongs to, when it stands at that sequence number: for an intent, itself; 0 for what belongs to none.</summary>
    public long PlanAt(long sequence) => this switch
    {
        Intended => sequence,
        Signed signed => signed.Plan,
        Broadcast broadcast => broadcast.Plan,
        Mined mined => mined.Plan,
        Settled settled => settled.Plan,
        Abandoned abandoned => abandoned.Plan,
        Unknown unknown => unknown.Plan,
        _ => 0,
    };

    /// <summary>These accounts are to be liquidated by the transaction with this nonce. Written in one commit with its first <see cref="Signed"/>.</summary>
    /// <param name="Key">The sender whose nonce is taken.</param>
    /// <param name="Items">What the executor is asked to do, in its order.</param>
    /// <param name="Data">The calldata for the executor: another attempt carries the same with least profits raised in proportion to its fee cap.</param>
    /// <param name="Deadline">Time of a block after which the executor refuses it.</param>
    /// <param name="Basis">The block whose state the decision used.</param>
    /// <param name="FromHint">The decision also used an oracle log whose block was not yet linked.</param>
    /// <param name="ExpectedReward">Before gas.</param>
    /// <param name="MaxPricePerGas">The most that may be offered for a unit of gas, from the profit bound.</param>
    /// <param name="Behind">The transaction with a price update that waited in the pool, and that the decision supposed to be mined first; null where it supposed none.</param>
    public sealed record Intended(
        Address Key, ulong Nonce, IReadOnlyList<IntendedItem> Items, ReadOnlyMemory<byte> Data, Gas GasLimit, ulong Deadline,
        BlockRef Basis, bool FromHint, Usd ExpectedReward, Wei MaxPricePerGas, Hash32? Behind = null) : JournalEntry;

    /// <summary>Bytes that exist and may therefore be mined. Durable before they are first broadcast.</summary>
    /// <param name="Plan">Sequence number of the plan; 0 in the same commit as its <see cref="Intended"/>, which then stands right before it.</param>
    /// <param name="IsCancel">It does nothing but use up the nonce: a transfer of nothing to the sender.</param>
    /// <param name="PrivateUntil">The last block for which private endpoints alone may be told of these bytes; null: they are public.</param>
    public sealed record Signed(
        long Plan, ulong Nonce, int Attempt, Hash32 Hash, ReadOnlyMemory<byte> Raw, Fees Fees, bool IsCancel, ulong? PrivateUntil = null) : JournalEntry;

    /// <summary>Handed to a node, which answered this.</summary>
    public sealed record Broadcast(long Plan, Hash32 Hash, SendError Answer) : JournalEntry;

    /// <summary>A receipt was seen. A reorg may take it back: the last one counts.</summary>
    /// <param name="BlockTime">Of the block, in unix seconds; null where it could not be had.</param>
    /// <param name="L1Fee">What a rollup charged beside the gas; null where the receipt says nothing of it.</param>
    /// <param name="CoinPrice">What one native coin was worth then, for the books; null where it was not known.</param>
    /// <param name="CoinPriceSource">Where that price is from.</param>
    public sealed record Mined(
        long Plan, Hash32 Hash, ulong BlockNumber, Hash32 BlockHash, bool Succeeded, Gas GasUsed, Wei EffectiveGasPrice,
        ulong? BlockTime = null, Wei? L1Fee = null, Usd? CoinPrice = null, string? CoinPriceSource = null) : JournalEntry
    {
        /// <summary>What the transaction cost: its gas, and the fee of the layer below where there is one.</summary>
        public Wei Fee => EffectiveGasPrice * GasUsed + (L1Fee ?? Wei.Zero);
    }

    /// <summary>The plan is over: its nonce is used, and this became of each account.</summary>
    /// <param name="Paid">What the treasury got, token by token; null where nothing is known of it.</param>
    /// <param name="Moved">What came to our contracts and left them, token by token; null where nothing is known of it.</param>
    public sealed record Settled(
        long Plan, Hash32 Hash, IReadOnlyList<AccountOutcome> Outcomes, IReadOnlyList<PaidToken>? Paid = null, IReadOnlyList<MovedToken>? Moved = null) : JournalEntry;

    /// <summary>The plan is over and none of its transactions can be mined any more: its nonce was used by a transaction that is not ours.</summary>
    public sealed record Abandoned(long Plan, string Reason) : JournalEntry;

    /// <summary>A breaker opened (nothing new is sent) or closed. The last one of a name and a protocol counts, also after a restart.</summary>
    /// <param name="IsManual">By an operator's command: only another closes it.</param>
    /// <param name="At">Unix seconds by the chain's clock.</param>
    /// <param name="Protocol">For which alone nothing new is sent; null: for none.</param>
    public sealed record BreakerChanged(string Breaker, bool IsOpen, bool IsManual, string Reason, ulong At, string? Protocol = null) : JournalEntry;

    /// <summary>An operator's word that everything of the key below this nonce is accounted for, though the journal does not know all of it.</summary>
    public sealed record Adopted(Address Key, ulong NextNonce, string Reason) : JournalEntry;

    /// <summary>Somebody else liquidated an account of ours to watch.</summary>
    /// <param name="Doing">What we were doing about it.</param>
    public sealed record Missed(string Account, Rival By, string Doing) : JournalEntry;

    /// <summary>A kind that a newer keeper wrote and that this one may pass over. It is only ever read.</summary>
    public sealed record Unknown(string Kind, long Plan) : JournalEntry;
}
