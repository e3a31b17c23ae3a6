using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Policy;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    private readonly GasBudget _budget = new();

    private readonly HashSet<(Address Target, uint Selector)> _allowedCalls =
        [.. protocols.SelectMany(protocol => protocol.Functions.Select(function => (function.Target, function.Selector)))];

    private readonly Dictionary<(Address Target, uint Selector), IReadOnlySet<Address>> _venues = protocols
        .SelectMany(protocol => protocol.Functions).Where(function => function.Venue is not null)
        .GroupBy(function => (function.Target, function.Selector))
        .ToDictionary(group => group.Key, group => (IReadOnlySet<Address>)group.Select(function => function.Venue!.Value).ToHashSet());

    /// <summary>The one place where anything is signed: first attempts, higher bids and cancels.</summary>
    /// <param name="slot">Null for a first attempt.</param>
    /// <returns>Null where the policy gate refuses or the key gives no signature; then nothing was signed that is kept.</returns>
    private async ValueTask<Attempt?> SignAsync(JournalEntry.Intended intent, Slot? slot, Fees fees, bool isCancel, CancellationToken cancellation)
    {
        var (fields, refused) = Judge(intent, slot, fees, isCancel);
        if (refused is { } rule)
        {
            Refused(rule, intent, slot);
            return null;
        }
        if (await AskSignerAsync(fields, intent, slot, cancellation).ConfigureAwait(false) is not { } signed) return null;
        if (PolicyGate.JudgeAnswer(fields, settings.Operator, signed) is { } wrong)
        {
            Refused(wrong, intent, slot);
            await TripAsync(Breaker.Signer, "the signer answered with another transaction or another sender than it was asked for", isManual: false, cancellation).ConfigureAwait(false);
            return null;
        }
        SenderInstruments.Signed();
        slot?.RefusedBy = null;
        return new(signed.Hash, signed.Raw, fees, isCancel, WindowOf(intent, slot));
    }

    /// <summary>Asks the gate about the very fields that are to be signed; in a dry run, that would be.</summary>
    private (TransactionFields Fields, PolicyRule? Refused) Judge(JournalEntry.Intended intent, Slot? slot, Fees fees, bool isCancel)
    {
        var data = slot?.DataFor(fees) ?? intent.Data;
        var fields = isCancel
            ? new TransactionFields(settings.Profile.ChainId, intent.Nonce, settings.Operator, Wei.Zero, ReadOnlyMemory<byte>.Empty, CancelGas, fees)
            : new TransactionFields(settings.Profile.ChainId, intent.Nonce, settings.Executor, Wei.Zero, data, intent.GasLimit, fees);
        // Another number than the slot's would leave a hole behind it or take a nonce that is used.
        var nonce = slot?.Nonce ?? _nextNonce;
        var limits = LimitsOf(intent);
        return (fields, PolicyGate.Judge(fields, new(nonce, data, intent.GasLimit, isCancel) { DataCost = DataCostOf(intent, isCancel) }, limits, SpendingOf(slot, limits.Now)));
    }

    private PolicyLimits LimitsOf(JournalEntry.Intended intent)
    {
        // An offer may be ahead of the head that was handled last, and after a reorg that head may be older than the plan's.
        var head = Volatile.Read(ref _newHead) ?? _head;
        var now = Math.Max(head?.Block.Timestamp ?? 0, intent.Basis.Timestamp);
        var tokens = (head?.Tokens ?? []).Select(token => token.Address).ToHashSet();
        return new(
            settings.Profile.ChainId, settings.Executor, settings.Operator, _allowedCalls, tokens, now, now + DeadlineSeconds, head?.Block.Number ?? 0, _code.Proven, settings.Profile.TransactionGasCap, _options) { Venues = _venues };
    }

    private PolicySpending SpendingOf(Slot? slot, ulong now) => new(
        _budget.SpentAt(now), _budget.Spent,
        OpenAtWorst(),
        _slots.Values.Where(open => open.Receipt is null).Aggregate(Wei.Zero, (sum, open) => sum + WorstOf(open)),
        slot is null ? Wei.Zero : WorstOf(slot), _balance);

    /// <summary>What the dearest attempt of a slot may cost; one of them is mined.</summary>
    private Wei WorstOf(Slot slot) =>
        slot.Attempts.Aggregate(Wei.Zero, (worst, attempt) => Wei.Max(worst, attempt.Fees.MaxFeePerGas * (attempt.IsCancel ? CancelGas : slot.Intent.GasLimit) + DataCostOf(slot.Intent, attempt.IsCancel)));

    /// <summary>Counts every refusal; tells one of a slot once, since the slot asks again at every head.</summary>
    private void Refused(PolicyRule rule, JournalEntry.Intended intent, Slot? slot)
    {
        SenderInstruments.PolicyRejected(rule);
        if (slot?.RefusedBy == rule) return;
        slot?.RefusedBy = rule;
        SenderLog.PolicyRefused(logger, Label.Of(rule), intent.Nonce, slot is null ? "not sent" : "its earlier bytes stand");
        // Nothing of a first attempt is in the journal yet: intent and signature are one commit.
        if (slot is not null) return;
        foreach (var account in intent.Items.Select(item => item.Account).Distinct())
        {
            skipReport.Tell(new(account, SkipReason.PolicyRefused, Label.Of(rule)));
            // These pass with the time or by an operator's hand, and are not the account's.
            if (rule is not (PolicyRule.HourlyCost or PolicyRule.KeyCost or PolicyRule.BalanceShare or PolicyRule.CodeHash)) _backoff.Arm(account, BackoffReason.PolicyRefused, Math.Max(_head?.Block.Number ?? 0, intent.Basis.Number));
        }
    }

    private ulong DeadlineSeconds => (ulong)Math.Ceiling(_options.DeadlineBlocks * settings.Profile.BlockTime.TotalSeconds);
}
