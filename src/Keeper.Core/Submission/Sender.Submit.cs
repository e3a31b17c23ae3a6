using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>Each round drops what the one before showed to fail, so that few are ever needed.</summary>
    private const int MaxSimulations = 3;

    /// <summary>A node that calls every bid too low is not believed for ever.</summary>
    private const int MaxImmediateBumps = 3;

    /// <summary>Accounts of the plan at hand that the simulation called healthy, at the very block that called them liquidatable.</summary>
    private readonly HashSet<string> _refusedAsHealthy = [];

    /// <summary>Those of plans of which nothing was left for that reason, since the last plan of which something was.</summary>
    private readonly HashSet<string> _contradicted = [];

    /// <summary>Of accounts of the plan at hand another way is to be tried, at once.</summary>
    private bool _hasOtherWay;

    private async Task SubmitAsync(Offer offer, CancellationToken cancellation)
    {
        var decided = time.GetTimestamp();
        SenderInstruments.Decided(time.GetElapsedTime(offer.Plan.DecidedAt, decided));
        var accounts = offer.Plan.Accounts.Select(account => account.Key).ToArray();
        await JudgeCodeAsync(cancellation).ConfigureAwait(false);
        if ((Halted ?? offer.Plan.Accounts.Select(account => HaltedFor(account.Protocol.Settings.Name)).FirstOrDefault(reason => reason is not null)) is { } halted)
        {
            // It was queued before.
            Drop(accounts, offer.Id, SkipReason.Halted, halted);
            return;
        }
        var newest = (Volatile.Read(ref _newHead) ?? _head)?.Block.Number ?? 0;
        if (newest > offer.Plan.Basis.Number + (ulong)_options.DeadlineBlocks / 2)
        {
            // It waited so long that its state and its fees are of the past: the loop plans the accounts anew.
            Drop(accounts, offer.Id, SkipReason.TooManyInFlight, $"waited for its turn from block {offer.Plan.Basis.Number} to {newest}");
            return;
        }
        if (_slots.Values.Count(slot => slot.Receipt is null) >= MaxInFlight)
        {
            Drop(accounts, offer.Id, SkipReason.TooManyInFlight, null);
            return;
        }

        if (_slots.Values.Any(slot => slot.Receipt is null && slot.OfferId != offer.Id && slot.Accounts.Intersect(accounts).Any()))
        {
            // A reorg made one of ours unmined again after this was planned: never two for one shortfall.
            Drop(accounts, offer.Id, SkipReason.OpenIntent, null);
            return;
        }
        _refusedAsHealthy.Clear();
        _hasOtherWay = false;
        // Beside the simulation; the gate, before the signature, judges by what has come back.
        ReadCode(offer.Plan.Basis, cancellation);
        if (await PrepareAsync(offer, cancellation).ConfigureAwait(false) is not var (plan, fees, data, deadline))
        {
            // At the block of a hint somebody else may have been first, and what was asked for earlier may have changed: that contradicts nothing.
            if (offer.Plan is { HintBlock: null, Behind: null, IsOfEarlierAnswers: false }) await ContradictedAsync(offer.Plan, cancellation).ConfigureAwait(false);
            Release(accounts, offer.Id);
            // While it was simulated the update may have come, and the accounts were passed over as open: they are looked at again, on what the chain has told.
            if (offer.Plan.Behind is not null || _hasOtherWay) TellReleased();
            return;
        }
        _tally.Simulated(isContradicted: false);
        _contradicted.Clear();
        await JudgeCodeAsync(cancellation).ConfigureAwait(false);
        var intent = new JournalEntry.Intended(
            settings.Operator, _nextNonce, plan.Accounts.SelectMany(account => account.Calls.Select(call => new IntendedItem(account.Key, call.What))).ToArray(),
            data, plan.GasLimit, deadline, plan.Basis, plan.HintBlock is not null, plan.Reward, plan.MaxPricePerGas, plan.Behind?.Transaction.Hash,
            settings.Profile.Currency == ChainProfile.Dollar ? null : settings.Profile.Currency);
        if (signer is null)
        {
            if (Judge(intent, slot: null, fees, isCancel: false).Refused is { } rule)
            {
                SenderInstruments.PolicyRejected(rule);
                SenderLog.WouldRefuse(logger, string.Join(", ", plan.Accounts.Select(account => account.Key)), Label.Of(rule));
            }
            else
            {
                SenderLog.WouldSign(logger, plan.Accounts.Count, string.Join(", ", plan.Accounts.Select(account => account.Key)), _nextNonce,
                    settings.Executor, plan.GasLimit.Value, fees.MaxFeePerGas.ToString(), plan.Reward.ToString(), plan.CoinPrice.Currency, plan.Basis.Number, Hex.Encode(data));
            }
            // A dry run holds the accounts as a sent transaction would, and releases them at its deadline.
            _dryRuns.Enqueue((deadline, offer.Id, accounts));
            return;
        }
        if (IsOrphaned(offer))
        {
            Drop(accounts, offer.Id, SkipReason.Orphaned, null);
            return;
        }
        if (await SignAsync(intent, slot: null, fees, isCancel: false, cancellation).ConfigureAwait(false) is not { } attempt)
        {
            Release(accounts, offer.Id);
            return;
        }
        var sequence = await AppendAsync([intent, ToEntry(attempt, plan: 0, intent.Nonce, 0)], cancellation).ConfigureAwait(false);

        _nextNonce++;
        var slot = new Slot(sequence, intent, offer.Id, Math.Max(_head?.Block.Number ?? 0, plan.Basis.Number + (plan.HintBlock is null ? 0UL : 1)))
        {
            Calls = plan.Calls, SignedAt = time.GetTimestamp(), SimulatedAt = plan.SimulationBlock,
        };
        Add(slot, attempt);
        _slots.Add(slot.Nonce, slot);
        Release(accounts.Except(slot.Accounts), offer.Id);
        if (_hasOtherWay) TellReleased();
        SenderInstruments.Slots(_slots.Count);
        if (plan.Behind is { } update) Follow(slot, update.Transaction);

        // What was simulated is not the chain any more: the next head simulates it again, before anything leaves.
        if (IsOrphaned(offer))
        {
            slot.IsWithheld = true;
            return;
        }
        await RefillBelowAsync(slot, attempt => attempt.Answer is not (SendError.None or SendError.Known or SendError.Ambiguous), cancellation).ConfigureAwait(false);
        await BroadcastAsync(slot, offer.Gas, cancellation).ConfigureAwait(false);
        slot.BroadcastAt = time.GetTimestamp();
        SenderInstruments.Sent(time.GetElapsedTime(decided), time.GetElapsedTime(offer.Plan.DecidedAt));
        SenderLog.Sent(logger, slot.Newest.Hash, slot.Nonce, string.Join(", ", slot.Accounts), plan.Basis.Number, plan.HintBlock is not null, Label.Of(slot.Newest.Answer!.Value));
    }

    /// <summary>Steps 1 and 2: simulates the exact call with the exact fees, drops what fails, and prices what is left.</summary>
    private async Task<(LiquidationPlan Plan, Fees Fees, byte[] Data, ulong Deadline)?> PrepareAsync(Offer offer, CancellationToken cancellation)
    {
        var plan = offer.Plan;
        var deadline = plan.Basis.Timestamp + DeadlineSeconds;
        (Fees Fees, byte[] Data)? proven = null;
        for (var round = 0; round < MaxSimulations; round++)
        {
            if (await AffordableAsync(plan, cancellation).ConfigureAwait(false) is not { } affordable)
            {
                Skip(plan, SkipReason.InsufficientBalance, "the balance could not be read");
                return null;
            }
            if (FirstBid(plan, offer.Gas, Wei.Min(plan.MaxPricePerGas, affordable)) is not { } fees)
            {
                if (affordable < plan.MaxPricePerGas && FirstBid(plan, offer.Gas, plan.MaxPricePerGas) is not null)
                {
                    var lack = $"{_balance} wei are left";
                    readiness.Failed(Wallet, lack);
                    _lacking = offer.Gas.Price * plan.GasLimit;
                    Skip(plan, SkipReason.InsufficientBalance, lack);
                }
                else if (plan.Behind is { } update) Skip(plan, SkipReason.BelowMinProfit, $"a unit of gas may cost {plan.MaxPricePerGas} wei, which is no bid behind {update.Transaction.Hash}");
                else Skip(plan, SkipReason.BelowMinProfit, $"a unit of gas may cost {plan.MaxPricePerGas} wei, the block asks {offer.Gas.Price}");
                return null;
            }
            var minProfits = ExecutorCall.MinProfits(plan, fees.MaxFeePerGas);
            var data = ExecutorCall.Encode(plan.Calls, minProfits, deadline);
            // What it earns is known better by now, and what is to be signed is what was simulated.
            if (proven is { } last && last.Fees == fees && last.Data.AsSpan().SequenceEqual(data)) return (plan, fees, data, deadline);
            var result = await SimulateAsync(plan, fees, data, cancellation).ConfigureAwait(false);
            if (result is CallResult.Reverted(var reason) && ExecutorCall.Refusal(reason.Span) == nameof(ExecutorCall.MinProfitNotMet))
            {
                // Some items fail, and the rest does not pay for all: without the bound the executor tells which.
                var free = ExecutorCall.Encode(plan.Calls, minProfits.Select(min => (min.Token, UInt256.Zero)).ToArray(), deadline);
                var told = await SimulateAsync(plan, fees, free, cancellation).ConfigureAwait(false);
                if (told is CallResult.Returned(var answer))
                {
                    if (ResultsOf(plan, answer) is not { } items) return null;
                    var rest = Surviving(plan, items);
                    if (rest is null) return null;
                    // All succeed, and some of them bring less than they are taken to: what they return says which, or each is asked by itself.
                    if (ReferenceEquals(rest, plan)) rest = WithSimulatedRewards(plan, items, offer.Gas.Price);
                    if (rest is null) return null;
                    if (ReferenceEquals(rest, plan)) rest = await WithoutCulpritsAsync(plan, CallOf(plan, fees, data), result, cancellation).ConfigureAwait(false);
                    if (rest is null) return null;
                    plan = rest;
                    continue;
                }
                result = told;
            }

            if (result is not CallResult.Returned(var returned))
            {
                // What was learned of its gas is wrong here: it asks for what the adapters say, at once.
                if (result is CallResult.Reverted(var refused) && ExecutorCall.Refusal(refused.Span) == ExecutorCall.InsufficientGas)
                {
                    Experience.Forget(plan.Calls);
                    var cold = plan with { Accounts = [.. plan.Accounts.Select(account => account with { Calls = [.. account.Calls.Select(call => call with { ExpectedGas = call.ColdGas })] })] };
                    if (cold.GasLimit != plan.GasLimit && cold.GasLimit <= settings.Profile.TransactionGasCap)
                    {
                        plan = cold;
                        continue;
                    }
                }
                if (await WithoutCulpritsAsync(plan, CallOf(plan, fees, data), result, cancellation).ConfigureAwait(false) is { } rest)
                {
                    plan = rest;
                    continue;
                }
                return null;
            }
            if (ResultsOf(plan, returned) is not { } results || Surviving(plan, results) is not { } surviving) return null;
            if (!ReferenceEquals(surviving, plan))
            {
                plan = surviving;
                continue;
            }
            if (WithSimulatedRewards(plan, results, offer.Gas.Price) is not { } rewarded) return null;
            if (ReferenceEquals(rewarded, plan)) return (plan, fees, data, deadline);
            (plan, proven) = (rewarded, (fees, data));
        }
        Skip(plan, SkipReason.SimulationFailed, $"it came out otherwise in each of {MaxSimulations} simulations");
        return null;
    }

    private async Task<CallResult> SimulateAsync(LiquidationPlan plan, Fees fees, byte[] data, CancellationToken cancellation)
    {
        var call = CallOf(plan, fees, data);
        var began = time.GetTimestamp();
        try
        {
            return (await RunOn(plan)([call], cancellation).ConfigureAwait(false))[0];
        }
        catch (ChainException error)
        {
            return new CallResult.Refused(error.Message);
        }
        finally
        {
            SenderInstruments.Simulated(time.GetElapsedTime(began));
        }
    }

    /// <summary>Every field that is signed, so that nothing on the chain can tell the one from the other; who builds the block cannot be known.</summary>
    private CallRequest CallOf(LiquidationPlan plan, Fees fees, byte[] data) =>
        new(settings.Executor, data, settings.Operator, plan.GasLimit, fees.MaxFeePerGas, fees.MaxPriorityFeePerGas);

    /// <summary>One for each call of the plan; null, which was told, where the executor did not answer so.</summary>
    private IReadOnlyList<ItemResult>? ResultsOf(LiquidationPlan plan, ReadOnlyMemory<byte> returned)
    {
        try
        {
            var results = ExecutorCall.DecodeResults(returned.Span);
            if (results.Count == plan.Calls.Count) return results;
            Skip(plan, SkipReason.SimulationFailed, $"the executor answered for {results.Count} items");
        }
        catch (AbiException error)
        {
            Skip(plan, SkipReason.SimulationFailed, $"the executor's answer is malformed: {error.Message}");
        }
        return null;
    }

    /// <summary>The plan without the calls that failed: itself where none did, null where nothing is left.</summary>
    private LiquidationPlan? Surviving(LiquidationPlan plan, IReadOnlyList<ItemResult> results)
    {
        if (results.All(result => result.Succeeded)) return plan;

        var index = 0;
        var kept = new List<PlannedAccount>();
        foreach (var account in plan.Accounts)
        {
            var first = index;
            var calls = account.Calls.Where(_ => results[index++].Succeeded).ToArray();
            if (calls.Length > 0) kept.Add(account with { Calls = calls });
            else Refuse(account, new Fate.Fails(Explain(account.Protocol, results[first].Data.Span)), Math.Max(_head?.Block.Number ?? 0, plan.Basis.Number));
        }
        return kept.Count > 0 ? Narrowed(plan, kept) : null;
    }

    /// <summary>The plan for some of its accounts or calls only.</summary>
    private static LiquidationPlan Narrowed(LiquidationPlan plan, IReadOnlyList<PlannedAccount> kept)
    {
        return plan with { Accounts = kept, MaxGasCost = new(UInt256.MulDivDown(plan.MaxGasCost.Value, Weight(kept), Weight(plan.Accounts))) };

        // The share of the gas money that goes with the accounts that stay; a plan without rewards has none to share.
        static UInt256 Weight(IEnumerable<PlannedAccount> accounts) => UInt256.Max(UInt256.One, accounts.Aggregate(Usd.Zero, (sum, account) => sum + account.Reward).Value.Abs);
    }

    private void Add(Slot slot, Attempt attempt)
    {
        slot.Attempts.Add(attempt);
        _byHash[attempt.Hash] = slot;
    }

    /// <summary>
    /// Hands out the newest bytes; where a node calls the bid too low, bids up at once, a few times; where it lacks the nonces before, hands
    /// those out first; where no block can take them, cancels at once, and gives a cancel more gas that had too little.
    /// </summary>
    private async Task BroadcastAsync(Slot slot, GasMarket market, CancellationToken cancellation)
    {
        var isRefilled = false;
        for (var bumps = 0; ; bumps++)
        {
            var attempt = slot.Newest;
            switch (await HandOutAsync(slot, attempt, cancellation).ConfigureAwait(false))
            {
                case null or SendError.None or SendError.Known:
                    return;
                case SendError.NonceTooHigh when !isRefilled:
                    isRefilled = true;
                    if (await RefillBelowAsync(slot, _ => true, cancellation).ConfigureAwait(false)) continue;
                    break;
                // A higher bid would come before the update that it must follow.
                case SendError.Underpriced or SendError.ReplacementUnderpriced or SendError.FeeCapBelowBaseFee
                    when bumps < MaxImmediateBumps && (slot.Behind is null || attempt.IsCancel) && FeeRules.Bump(attempt.Fees, market, LimitOf(slot), FeeRules.Whole, _options) is { } fees:
                    if (await ReplaceAsync(slot, fees, attempt.IsCancel, cancellation).ConfigureAwait(false)) continue;
                    break;
                // No higher bid would help, and what is never mined holds every nonce behind it.
                case SendError.IntrinsicGas when attempt.IsCancel && bumps < MaxImmediateBumps && SendState.CancelBid(attempt.Fees, SendError.IntrinsicGas, market, _options) is { } fees:
                    if (await RaiseCancelGasAsync(cancellation).ConfigureAwait(false) && await ReplaceAsync(slot, fees, isCancel: true, cancellation).ConfigureAwait(false)) continue;
                    break;
                // Left alone, it would hold its accounts, and every nonce behind it, until its deadline.
                case { } answer when SendState.IsRefusedForGood(answer) && !attempt.IsCancel && SendState.CancelBid(attempt.Fees, answer, market, _options) is { } fees:
                    if (await CancelAsync(slot, fees, SendState.Refusal(answer), isEarly: true, cancellation).ConfigureAwait(false)) continue;
                    break;
            }
            await ResendEarlierAsync(slot, cancellation).ConfigureAwait(false);
            return;
        }
    }

    /// <summary>Hands out lower nonces again, the lowest first: no pool keeps for long what follows a nonce that it lacks.</summary>
    /// <returns>Whether there were any.</returns>
    private async Task<bool> RefillBelowAsync(Slot slot, Func<Attempt, bool> isMissing, CancellationToken cancellation)
    {
        var missing = _slots.Values.Where(lower => lower.Nonce < slot.Nonce && lower is { Receipt: null, IsWithheld: false } && isMissing(lower.Newest)).ToArray();
        foreach (var lower in missing) await HandOutAsync(lower, lower.Newest, cancellation).ConfigureAwait(false);
        return missing.Length > 0;
    }

    /// <summary>Where the newest bytes are refused an earlier attempt must stay alive: a pool may have dropped it meanwhile.</summary>
    private async Task ResendEarlierAsync(Slot slot, CancellationToken cancellation)
    {
        if (slot.Attempts.Count == 1 || slot.Newest.Answer is SendError.Ambiguous or SendError.Unknown or SendError.NonceTooLow) return;
        // Null: handed out by a process before this one, so that a pool may have it.
        if (slot.Attempts.FindLast(attempt => attempt.Answer is SendError.None or SendError.Known or null) is not { } earlier) return;
        await HandOutAsync(slot, earlier, cancellation).ConfigureAwait(false);
    }

    /// <summary>Simulates, signs and journals another attempt for the slot; broadcasting is the caller's.</summary>
    /// <returns>False where it would not pay, or where the policy gate refuses: the earlier attempts stand.</returns>
    private async Task<bool> ReplaceAsync(Slot slot, Fees fees, bool isCancel, CancellationToken cancellation)
    {
        if (!isCancel && !await WouldPayAsync(slot, fees, cancellation).ConfigureAwait(false)) return false;
        if (await SignAsync(slot.Intent, slot, fees, isCancel, cancellation).ConfigureAwait(false) is not { } attempt) return false;
        await AppendAsync([ToEntry(attempt, slot.Plan, slot.Nonce, slot.Attempts.Count)], cancellation).ConfigureAwait(false);
        Add(slot, attempt);
        slot.LastSignedBlock = _head?.Block.Number ?? slot.LastSignedBlock;
        slot.SignedAt = time.GetTimestamp();
        SenderInstruments.Bumped();
        return true;
    }

    /// <summary>Signs and journals a transfer of nothing in place of the call; broadcasting is the caller's.</summary>
    /// <param name="isEarly">Before the deadline: the accounts are given up for this reason.</param>
    /// <returns>False where it was not signed: the next head tries again.</returns>
    private async Task<bool> CancelAsync(Slot slot, Fees fees, string why, bool isEarly, CancellationToken cancellation)
    {
        var isRefused = SendState.IsRefusedForGood(slot.Newest.Answer);
        if (!await ReplaceAsync(slot, fees, isCancel: true, cancellation).ConfigureAwait(false)) return false;
        if (isEarly) slot.GivenUp = why;
        // The same plan would be refused and cancelled in every block.
        foreach (var account in isRefused ? slot.Accounts : []) _backoff.Arm(account, BackoffReason.NodeRefused, NewestBlock);
        SenderLog.Cancelling(logger, slot.Nonce, why);
        return true;
    }

    private static JournalEntry.Signed ToEntry(Attempt attempt, long plan, ulong nonce, int number) =>
        new(plan, nonce, number, attempt.Hash, attempt.Raw, attempt.Fees, attempt.IsCancel, attempt.PrivateUntil);

    private string Describe(CallResult result) => result switch
    {
        CallResult.Reverted(var data) => ExecutorCall.Refusal(data.Span) ?? $"reverted with {Hex.Encode(data.Span[..Math.Min(68, data.Length)])}",
        CallResult.Refused(var reason) => reason,
        _ => "returned",
    };

    private void Skip(LiquidationPlan plan, SkipReason reason, string detail)
    {
        foreach (var account in plan.Accounts) skipReport.Tell(new(account.Key, reason, detail));
    }

    private void Drop(IEnumerable<string> accounts, long offer, SkipReason reason, string? detail)
    {
        foreach (var account in accounts) skipReport.Tell(new(account, reason, detail));
        Release(accounts, offer);
    }
}
