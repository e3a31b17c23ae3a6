using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <summary>
/// Port: one deployment of one protocol. Holds its state in tables of the mirror's undo log, changes it by logs alone, and
/// judges accounts in the contract's own integers. Pure and synchronous: it performs no I/O, and what it cannot have from
/// logs it asks for as <see cref="StateRead"/>s. Not safe for concurrent use: the loop owns it.
/// </summary>
public interface IProtocol
{
    ProtocolSettings Settings { get; }

    /// <summary>Whether its polls decide.</summary>
    ProtocolFidelity Fidelity => ProtocolFidelity.EventExact;

    /// <summary>
    /// The logs that change its state, those of its feeds included; the same instance while they are the same. May grow when markets are listed or feeds rotate: where a log
    /// makes it grow, those that stand before that log in its block come next, then the ones behind it, in order. What a new contract did before that block has to be read.
    /// </summary>
    LogFilter Filter { get; }

    /// <summary>The part of <see cref="Filter"/> that is worth acting on before its block is linked: price updates.</summary>
    LogFilter Hints { get; }

    /// <summary>
    /// What must be read before its history can be asked for: whose logs change its state, where configuration does not say all of it. Read at a newest block; empty when all is
    /// known. An answer that cannot be of this protocol throws <see cref="Mirror.MirrorException"/>, here and in <see cref="MissingReads"/>: its state is not believed.
    /// </summary>
    IReadOnlyList<StateRead> SourceReads() => [];

    /// <summary>
    /// The logs that follow are of this block: no log tells its time. It is told of every block that is linked, before its logs; not of the blocks of history, whose times
    /// nobody asks for, nor of a hint's.
    /// </summary>
    void BeginBlock(BlockRef block)
    {
    }

    /// <summary>Applies one log of <see cref="Filter"/>. Where the contract tells final values, applying the same logs again gives the same state; where it tells changes, each is applied once.</summary>
    /// <exception cref="Chain.Abi.AbiException">The log is not what its event says; nothing was changed.</exception>
    void Apply(Log log);

    /// <summary>The log of <see cref="Hints"/> that a transaction would leave behind if it were mined next: what it transmits, as its feed would tell it.</summary>
    /// <param name="timestamp">Of the block that it would be in.</param>
    /// <returns>Null where it transmits to none of its feeds, in no form that is known, or where the adapter does not read transmissions.</returns>
    Log? UpdateOf(PendingTransaction transaction, ulong timestamp) => null;

    /// <summary>Whose account a log of <see cref="Filter"/> is about, and by whom it was liquidated if it was. Depends on no state; safe for concurrent use.</summary>
    /// <returns>Null where it is about none, or is not what its event says (which <see cref="Apply"/> tells).</returns>
    AccountActivity? ActivityOf(Log log);

    /// <summary>What must be read now, at the mirror's block, before an evaluation can be believed; empty when nothing is missing.</summary>
    IReadOnlyList<StateRead> MissingReads();

    /// <summary>
    /// Whether it can begin without history (<see cref="ProtocolSettings.Start"/>), and this is an account's name. It then takes logs from that block on, which may name what no log told of,
    /// and asks by <see cref="MissingReads"/> for all that is open, at whatever block the mirror has come to: the accounts of the list, those that logs name, and what verdicts depend on.
    /// </summary>
    bool CanStartWith(string account) => false;

    /// <summary>What no log tells and every block must therefore be asked for. Of <see cref="ProtocolFidelity.EventPlusPoll"/>: what it wants to know next of the block that it stands at, most urgent first; empty when nothing.</summary>
    IReadOnlyList<StateRead> PollReads();

    /// <summary>
    /// Whether an answer to <see cref="PollReads"/> that decides is of use when newer blocks, or a hint, have come since it was asked for: it is of an ancestor of the mirror's block, and is applied to
    /// the state of that. Without it nothing is ever found on a chain whose blocks come faster than answers: what comes late is dropped. Polls that do not decide always come late.
    /// </summary>
    bool TakesLateAnswers => false;

    /// <summary>The form of what <see cref="ICapturedState.Save"/> writes: raised with every change of it, so that an older state is not misread.</summary>
    ulong StateVersion { get; }

    /// <summary>The state as it is now. Costs next to nothing: rows are copied when they are next written.</summary>
    ICapturedState Capture();

    /// <summary>Takes a saved state, before anything else was applied.</summary>
    /// <exception cref="SnapshotException">It is not what this adapter writes; the adapter is of no more use.</exception>
    void Load(ref SnapshotReader reader);

    /// <summary>Whether there are such views. Where what decides is the contract's own word, there is nothing to hold against it: none of its accounts is audited, nor counted as audited.</summary>
    bool IsAudited => true;

    /// <summary>Views by which the account is held against the contract, in a block with this timestamp. What they must return is captured now. Few: a sample of accounts is asked for in every block.</summary>
    IReadOnlyList<AuditRead> AuditReads(int account, ulong timestamp);

    /// <summary>
    /// Reads what the contract stores of the account and of all that its verdict depends on (its markets, prices): it takes the place of what logs have told.
    /// </summary>
    /// <returns>Empty where the contract has no such views: then an account that differs cannot be put right.</returns>
    IReadOnlyList<StateRead> RepairReads(int account);

    /// <summary>Accounts known; they are numbered from 0 in the order of first sight, and keep their number.</summary>
    int AccountCount { get; }

    /// <summary>The account's stable name in the journal, without the protocol: an id or an address.</summary>
    string KeyOf(int account);

    /// <summary>The newest time at which any of its prices was updated: a hint makes it run ahead of the mirror's block.</summary>
    ulong LatestOracleTime { get; }

    /// <summary>The prices that it depends on, as the contract would take them in a block with this timestamp: for an operator, nothing is decided by it.</summary>
    IReadOnlyList<FeedStatus> Feeds(ulong timestamp);

    /// <summary>Judges an account as the contract would in a block with this timestamp.</summary>
    Verdict Evaluate(int account, ulong timestamp);

    /// <summary>The calls that deal with the account in a block with this timestamp, in the order in which they must run.</summary>
    /// <returns>Empty where nothing can be done.</returns>
    IReadOnlyList<LiquidationCall> Plan(int account, ulong timestamp);

    /// <summary>As <see cref="Plan"/>, by the best way after some that could not be paid for: asked only where their calls had <see cref="LiquidationCall.HasAlternative"/>.</summary>
    /// <param name="refused">How many were refused, in the order in which they were planned; above 0.</param>
    IReadOnlyList<LiquidationCall> PlanAfter(int account, ulong timestamp, int refused) => Plan(account, timestamp);

    /// <summary>What a failed call of <see cref="Plan"/> means, from the contract's revert data alone. Safe for concurrent use.</summary>
    CallFailure Explain(ReadOnlySpan<byte> revertData);

    /// <summary>Functions that <see cref="Plan"/> calls: what the executor's owner must allow. The code of each target is watched like the protocol's own.</summary>
    IReadOnlyList<CallableFunction> Functions { get; }

    /// <summary>Tokens that rewards are paid in; known once nothing is missing.</summary>
    IReadOnlyList<RewardToken> RewardTokens { get; }
}
