using System.Collections.Concurrent;
using System.Threading.Channels;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Journal;
using Keeper.Core.OrderFlow;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Submission;

/// <summary>
/// Hops 5 to 7: gets plans mined. One task (<see cref="RunAsync"/>) owns the key's nonce and every slot; the loop talks to it
/// through a bounded channel (<see cref="TryOffer"/>, <see cref="OnBlock"/>, <see cref="OnReorg"/>, <see cref="Trip"/>), an operator through another
/// (<see cref="AskAsync"/>). Every public member but <see cref="RecoverAsync"/> and <see cref="RunAsync"/> is for any thread.
/// </summary>
/// <remarks>
/// For each plan: 1. simulate the exact call, and drop what would fail; 2. price it; 3. reserve the nonce and sign; 4. journal
/// intent and bytes in one commit; 5. broadcast. At each head, for each slot: 6. look up a receipt for every attempt;
/// 7. settle, or rebroadcast, bid up, or cancel.
/// </remarks>
/// <param name="protocols">Asked only for what depends on no state: <see cref="IProtocol.Explain"/>, <see cref="IProtocol.ActivityOf"/>, their functions.</param>
/// <param name="signer">Null in a dry run: plans are simulated and told, never signed.</param>
/// <param name="privateFlow">Where attempts go first; null where they are public from the start.</param>
/// <param name="pool">Simulates what follows a price update that no block has yet; null where no plan does.</param>
public sealed partial class Sender(
    IChainClient chain,
    IJournal journal,
    ISigner? signer,
    SenderSettings settings,
    IReadOnlyList<IProtocol> protocols,
    Readiness readiness,
    SkipReport skipReport,
    TimeProvider time,
    ILogger<Sender> logger,
    IPrivateFlow? privateFlow = null,
    IPendingPool? pool = null)
{
    /// <summary>Its name in <see cref="Readiness"/>.</summary>
    public const string Component = "sender";

    private const string Wallet = "wallet";

    private readonly Channel<Offer?> _commands = Channel.CreateBounded<Offer?>(new BoundedChannelOptions(256) { SingleReader = true });
    private readonly ConcurrentDictionary<string, long> _open = new();
    private readonly ConcurrentDictionary<Hash32, Slot> _byHash = new();
    private readonly SortedDictionary<ulong, Slot> _slots = [];

    /// <summary>Settled slots by nonce whose block is not final: a reorg makes their nonces free again.</summary>
    private readonly ConcurrentDictionary<ulong, Slot> _settled = new();
    private readonly SubmissionOptions _options = settings.Options;
    private readonly Backoff _backoff = new();
    private readonly Ways _ways = new();
    private readonly KnownBlocks _blocks = new();
    private long _offers;
    private ulong _nextNonce;

    /// <summary>As the chain told it last; null where it could not be read.</summary>
    private Wei? _balance;

    /// <summary>What a transaction would have cost that the key could not pay for; null while it can.</summary>
    private Wei? _lacking;

    private Head? _newHead;
    private Head? _head;
    private TaskCompletionSource _released = NewSignal();
    private bool _isReorgUnchecked;

    /// <summary>What calls turned out to use, from this process's own receipts.</summary>
    public GasExperience Experience { get; } = new();

    /// <summary>Slots that are not settled.</summary>
    public int SlotCount => _byHash.Values.Distinct().Count();

    /// <summary>
    /// Completes when a receipt has released accounts that no log of a block had: of a transaction that reverted. A decision on the
    /// state as it is may find them again. Ask anew after each completion.
    /// </summary>
    public Task WhenReleased => Volatile.Read(ref _released).Task;

    /// <summary>Whether a transaction for the account may be in flight.</summary>
    public bool IsOpen(string account) => _open.ContainsKey(account);

    /// <summary>Whether the account's last failure is too recent at that height.</summary>
    public bool IsBackingOff(string account, ulong block) => _backoff.Holds(account, block);

    /// <summary>What is left of the account's ways does not pay: it is begun anew in a while, by the best of them.</summary>
    public void NoOtherWay(string account, ulong block)
    {
        if (RefusedOf(account, block) == 0) return;
        _ways.Forget(account);
        _backoff.Arm(account, BackoffReason.BatchRefused, block);
    }

    /// <summary>How many ways to deal with the account the simulation has refused of late, since they could not be paid for.</summary>
    public int RefusedOf(string account, ulong block) => _ways.RefusedOf(account, block);

    /// <summary>Takes a plan over. Its accounts are open from here on.</summary>
    /// <returns>Null, or why not.</returns>
    public SkipReason? TryOffer(LiquidationPlan plan, GasMarket gas)
    {
        if (Halted is not null) return SkipReason.Halted;
        var offer = new Offer(Interlocked.Increment(ref _offers), plan, gas);
        foreach (var account in plan.Accounts) _open[account.Key] = offer.Id;
        if (_commands.Writer.TryWrite(offer)) return null;
        Release(plan.Accounts.Select(account => account.Key), offer.Id);
        return SkipReason.TooManyInFlight;
    }

    /// <summary>Tells of a new head. Heads that come faster than they are handled are merged.</summary>
    /// <param name="logs">The block's logs: an account of a transaction that is among them is no longer open.</param>
    public void OnBlock(Head head, IReadOnlyList<Log> logs)
    {
        _blocks.Add(head.Block);
        Notice(logs);
        foreach (var log in logs)
        {
            if (_byHash.TryGetValue(log.TransactionHash, out var slot)) Release(slot.Accounts, slot.OfferId);
        }
        if (Interlocked.Exchange(ref _newHead, head) is null) _commands.Writer.TryWrite(null);
    }

    /// <summary>Tells that blocks above this height are no longer canonical: what they included is in flight again, settled or not.</summary>
    public void OnReorg(ulong commonAncestor)
    {
        _blocks.RewindTo(commonAncestor);
        _reorgs.Enqueue((Interlocked.Read(ref _offers), commonAncestor));
        while (_reorgs.Count > MaxReorgs) _reorgs.TryDequeue(out _);
        foreach (var slot in _byHash.Values.Concat(_settled.Values))
        {
            if (slot.Receipt is { } receipt && receipt.BlockNumber <= commonAncestor) continue;
            foreach (var account in slot.Accounts) _open.TryAdd(account, slot.OfferId);
        }
        _rivals.Undo(commonAncestor);
        Interlocked.Exchange(ref _isReorgUnchecked, true);
    }

    /// <summary>Runs until cancelled. What was signed stays in the journal; nothing is waited for.</summary>
    /// <exception cref="JournalException">Nothing may be sent that is not journalled first: the keeper stops.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var offer in _commands.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            await HeedAlarmAsync(cancellation).ConfigureAwait(false);
            await AnswerAsync(cancellation).ConfigureAwait(false);
            await ForsakeAsync(cancellation).ConfigureAwait(false);
            if (offer is not null) await SubmitAsync(offer, cancellation).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _newHead, null) is { } head) await WatchAsync(head, cancellation).ConfigureAwait(false);
        }
    }

    private async ValueTask<long> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var sequence = await journal.AppendAsync(entries, cancellation).ConfigureAwait(false);
        SenderInstruments.Appended(time.GetElapsedTime(began));
        return sequence;
    }

    private void Release(IEnumerable<string> accounts, long offer)
    {
        foreach (var account in accounts) _open.TryRemove(new KeyValuePair<string, long>(account, offer));
    }

    /// <summary>Accounts are open no more though no log told it: they are to be judged again on the state as it is.</summary>
    private void TellReleased() => Interlocked.Exchange(ref _released, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Offer(long Id, LiquidationPlan Plan, GasMarket Gas);
}
