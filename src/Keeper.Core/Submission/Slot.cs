using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission.Policy;

namespace Keeper.Core.Submission;

/// <summary>One nonce of the key and everything that was ever signed for it. The sender's task owns it.</summary>
internal sealed class Slot(long plan, JournalEntry.Intended intent, long offerId, ulong signedBlock)
{
    /// <summary>Sequence number of the plan's first record.</summary>
    public long Plan { get; } = plan;

    public JournalEntry.Intended Intent { get; } = intent;
    public ulong Nonce => Intent.Nonce;

    /// <summary>The accounts that the intent deals with, each once.</summary>
    public IReadOnlyList<string> Accounts { get; } = intent.Items.Select(item => item.Account).Distinct().ToArray();

    /// <summary>What was planned; empty where the slot was taken up from the journal.</summary>
    public IReadOnlyList<LiquidationCall> Calls { get; init; } = [];

    /// <summary>Who holds the accounts open: only the same offer may release them.</summary>
    public long OfferId { get; } = offerId;

    /// <summary>The nonce is used up and no receipt of ours was found; null while it is not.</summary>
    public NonceUse? UsedUp { get; set; }

    /// <summary>In the order of signing; any of them may be the one that is mined.</summary>
    public List<Attempt> Attempts { get; } = [];

    /// <summary>The receipt that the chain holds now; a reorg takes it away again.</summary>
    public Receipt? Receipt { get; set; }

    /// <summary>The newest block when the first attempt of this process was signed; that of its hint where one decided.</summary>
    public ulong FirstSignedBlock { get; } = signedBlock;

    /// <summary>The newest block when the last attempt was signed.</summary>
    public ulong LastSignedBlock { get; set; } = signedBlock;

    /// <summary>When the last attempt was signed, by the injected clock; that of the first head where a process before this one did.</summary>
    public long? SignedAt { get; set; }

    /// <summary>The block on whose state it is or was to be simulated last; that of the decision where a process before this one did.</summary>
    public Hash32 SimulatedAt { get; set; } = intent.Basis.Hash;

    /// <summary>The height from which on a block tells all that the decision knew: a hint is of the block after the linked one.</summary>
    public ulong KnownFrom { get; } = intent.Basis.Number + (intent.FromHint ? 1UL : 0);

    /// <summary>The price update that it must follow and that no block has yet; null where there is none, or it has come.</summary>
    public Hash32? Behind { get; set; } = intent.Behind;

    /// <summary>That update waits no more, and is in no block: it is cancelled as soon as that can be signed.</summary>
    public bool IsUpdateGone { get; set; }

    /// <summary>Nothing of it may leave before it was simulated anew: a reorg took out the block that it was decided on.</summary>
    public bool IsWithheld { get; set; }

    /// <summary>Bytes of it were handed out by this process, whatever was answered, or were in a block.</summary>
    public bool IsOut { get; set; }

    /// <summary>Why it was cancelled before its deadline; null where it was not.</summary>
    public string? GivenUp { get; set; }

    /// <summary>When the first hand-out was answered, by the injected clock; null where a process before this one made it.</summary>
    public long? BroadcastAt { get; set; }

    /// <summary>The rule by which the policy gate refused its last replacement; null since one was signed.</summary>
    public PolicyRule? RefusedBy { get; set; }

    /// <summary>What was counted for this nonce before, in the order of the accounts; a reorg does not take it back.</summary>
    public IReadOnlyList<AccountOutcome> Outcomes { get; set; } = [];

    /// <summary>What was counted as spent for this nonce.</summary>
    public Wei CountedCost { get; set; } = Wei.Zero;

    /// <summary>What was counted as earned with this nonce.</summary>
    public Usd CountedReward { get; set; } = Usd.Zero;

    public Attempt Newest => Attempts[^1];

    /// <summary>
    /// The calldata of an attempt with these fees. The least profits rise with the fee cap, so that no attempt can cost more gas money
    /// than it must bring. They follow from the journal alone, since a restart must know them too.
    /// </summary>
    public ReadOnlyMemory<byte> DataFor(Fees fees) => ExecutorCall.WithLeastProfitsRaised(Intent.Data, Attempts[0].Fees.MaxFeePerGas, fees.MaxFeePerGas);
}
