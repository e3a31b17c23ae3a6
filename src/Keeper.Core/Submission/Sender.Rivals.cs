using System.Globalization;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission.Rivals;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    private readonly RivalWatch _rivals = new();

    /// <summary>The newest block that the journal spoke of at the start; null where it spoke of none.</summary>
    private ulong? _journalled;

    /// <summary>Whom protocols call the liquidator where we liquidate: the executor, or what deals with a protocol on its behalf and obeys it alone.</summary>
    private readonly HashSet<Address> _liquidators =
        [settings.Executor, .. protocols.SelectMany(protocol => protocol.Functions).Where(function => function.Venue is not null).Select(function => function.Target)];

    /// <summary>On the loop's task, before the accounts of our own transactions are released: what each log means for what we were doing.</summary>
    private void Notice(IReadOnlyList<Log> logs)
    {
        foreach (var (account, liquidator, log) in ActivityIn(logs))
        {
            // A dry run competes with nobody.
            if (liquidator is { } by && signer is not null) _rivals.See(SightingOf(account, by, log));
            _backoff.Changed(account, log.BlockNumber);
            _ways.Forget(account);
        }
    }

    /// <summary>
    /// Tells of liquidations that no loop saw happen, while none ran or had a mirror. Those in blocks that the journal already speaks of, or that were followed, were seen then; where it
    /// speaks of none, no keeper ever ran, and nothing was missed.
    /// </summary>
    /// <param name="logs">From history, in its order.</param>
    /// <param name="followed">The last block that a loop of this process followed; null at the start.</param>
    public void OnHistory(IReadOnlyList<Log> logs, ulong? followed)
    {
        if (signer is null || (followed ?? _journalled) is not { } from) return;
        foreach (var (account, liquidator, log) in ActivityIn(logs.Where(log => log.BlockNumber > from)))
        {
            if (liquidator is { } by) _rivals.See(SightingOf(account, by, log) with { Doing = (Doing.NotRunning, "no keeper followed its protocol then") });
        }
    }

    /// <summary>What the protocols say that logs mean for their accounts. May be asked on any task.</summary>
    private IEnumerable<(string Account, Address? Liquidator, Log Log)> ActivityIn(IEnumerable<Log> logs)
    {
        foreach (var log in logs)
        {
            foreach (var protocol in protocols)
            {
                if (AdapterFault.Run(protocol, AdapterCall.Activity, () => protocol.ActivityOf(log), _ => null) is var (key, liquidator)) yield return ($"{protocol.Settings.Name}:{key}", liquidator, log);
            }
        }
    }

    private Sighting SightingOf(string account, Address liquidator, Log log) => new(
        account, liquidator, log.TransactionHash, log.BlockNumber, log.BlockHash, _liquidators.Contains(liquidator),
        _open.TryGetValue(account, out var offer) ? offer : null, DoingAbout(account, log.BlockNumber));

    /// <summary>What the last decision before the block made of an account that no offer held.</summary>
    private (Doing What, string Detail) DoingAbout(string account, ulong block) => skipReport.LastOf(account) switch
    {
        { Reason: SkipReason.Halted, Detail: var detail } => (Doing.Halted, detail ?? "sending is halted"),
        { Reason: SkipReason.BackingOff } => (Doing.BackingOff, _backoff.Describe(account, block - 1) ?? "until that block"),
        { Reason: var reason, Detail: null } => (Doing.Skipped, Label.Of(reason)),
        { Reason: var reason, Detail: var detail } => (Doing.Skipped, $"{Label.Of(reason)} ({detail})"),
        null when skipReport.DecidedAt is { } decided => (Doing.NotSeen, string.Create(CultureInfo.InvariantCulture, $"nothing to do by the mirror of block {decided}")),
        null => (Doing.NotSeen, "nothing was decided yet"),
    };

    /// <summary>Writes what others took, once the block is as deep as an outcome of ours would have to be.</summary>
    private async Task TellMissedAsync(Head head, CancellationToken cancellation)
    {
        var missed = _rivals.Due(head.Block.Number, (ulong)_options.Confirmations, (ulong)settings.Profile.FinalityDepth)
            .Select(sighting => (sighting.Account, Rival: sighting.ToRival(), Doing: Resolve(sighting))).ToArray();
        if (missed.Length == 0) return;
        await AppendAsync(
            [.. missed.Select(entry => new JournalEntry.Missed(entry.Account, entry.Rival, $"{Label.Of(entry.Doing.What)}: {entry.Doing.Detail}"))], cancellation).ConfigureAwait(false);
        foreach (var (account, rival, (what, detail)) in missed)
        {
            SenderInstruments.Missed(what);
            SenderLog.Missed(logger, account, rival.Liquidator, rival.BlockNumber, rival.Transaction, rival.PricePerGas?.ToString(), Label.Of(what), detail);
        }
    }

    /// <summary>The slot that the offer became, if it did, is known to the sender's task alone.</summary>
    private (Doing What, string Detail) Resolve(Sighting sighting)
    {
        if (sighting.Offer is not { } offer) return sighting.Doing;
        if (_slots.Values.Concat(_settled.Values).FirstOrDefault(slot => slot.OfferId == offer && slot.Accounts.Contains(sighting.Account)) is not { } slot)
            return (Doing.Planned, "nothing was signed for it");
        return (Doing.InFlight, string.Create(
            CultureInfo.InvariantCulture, $"nonce {slot.Nonce}, transaction {slot.Newest.Hash}, bidding up to {slot.Newest.Fees.MaxFeePerGas} wei"));
    }
}
