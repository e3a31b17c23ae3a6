using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Journal;

/// <summary>
/// One fact. A plan is one transaction with one nonce (a slot), carries one intent an account, and may be signed several times
/// (attempts). Everything refers to the plan by the sequence number of its <see cref="Intended"/>.
/// </summary>
public abstract record JournalEntry
{
    private JournalEntry() { }

    /// <summary>These accounts are to be liquidated by the transaction with this nonce. Written in one commit with its first <see cref="Signed"/>.</summary>
    /// <param name="Key">The sender whose nonce is taken.</param>
    /// <param name="Items">What the executor is asked to do, in its order.</param>
    /// <param name="Data">The calldata for the executor: another attempt carries the same with least profits raised in proportion to its fee cap.</param>
    /// <param name="Deadline">Time of a block after which the executor refuses it.</param>
    /// <param name="Basis">The block whose state the decision used.</param>
    /// <param name="FromHint">The decision also used an oracle log whose block was not yet linked.</param>
    /// <param name="ExpectedReward">Before gas.</param>
    /// <param name="MaxPricePerGas">The most that may be offered for a unit of gas, from the profit bound.</param>
    public sealed record Intended(
        Address Key, ulong Nonce, IReadOnlyList<IntendedItem> Items, ReadOnlyMemory<byte> Data, Gas GasLimit, ulong Deadline,
        BlockRef Basis, bool FromHint, Usd ExpectedReward, Wei MaxPricePerGas) : JournalEntry;

    /// <summary>Bytes that exist and may therefore be mined. Durable before they are first broadcast.</summary>
    /// <param name="Plan">Sequence number of the plan; 0 in the same commit as its <see cref="Intended"/>, which then stands right before it.</param>
    /// <param name="IsCancel">It does nothing but use up the nonce: a transfer of nothing to the sender.</param>
    public sealed record Signed(long Plan, ulong Nonce, int Attempt, Hash32 Hash, ReadOnlyMemory<byte> Raw, Fees Fees, bool IsCancel) : JournalEntry;

    /// <summary>Handed to a node, which answered this.</summary>
    public sealed record Broadcast(long Plan, Hash32 Hash, SendError Answer) : JournalEntry;

    /// <summary>A receipt was seen. A reorg may take it back: the last one counts.</summary>
    public sealed record Mined(long Plan, Hash32 Hash, ulong BlockNumber, Hash32 BlockHash, bool Succeeded, Gas GasUsed, Wei EffectiveGasPrice) : JournalEntry;

    /// <summary>The plan is over: its nonce is used, and this became of each account.</summary>
    public sealed record Settled(long Plan, Hash32 Hash, IReadOnlyList<AccountOutcome> Outcomes) : JournalEntry;

    /// <summary>The plan is over and none of its transactions can be mined any more: its nonce was used by a transaction that is not ours.</summary>
    public sealed record Abandoned(long Plan, string Reason) : JournalEntry;
}
