using System.Diagnostics.Metrics;
using Keeper.Core.Chain;
using Keeper.Core.OrderFlow;
using Keeper.Core.Planning;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Policy;
using Keeper.Core.Submission.Rivals;

namespace Keeper.Core.Telemetry;

/// <summary>Instruments of hops 4 to 7.</summary>
internal static class SenderInstruments
{
    private static readonly Meter Meter = KeeperMeter.Instance;
    private static readonly Counter<long> Skipped = Meter.CreateCounter<long>("keeper_skipped_total", description: "Accounts left alone for now, by reason.");
    private static readonly Counter<long> Liquidations = Meter.CreateCounter<long>("keeper_liquidations_total", description: "Accounts by what became of the intent to liquidate them.");
    private static readonly Counter<long> Revisions = Meter.CreateCounter<long>("keeper_outcomes_revised_total", description: "Outcomes counted in keeper_liquidations_total that a reorg made untrue: another was counted in their place.");
    private static readonly Counter<long> Abandonments = Meter.CreateCounter<long>("keeper_abandoned_total", description: "Accounts whose intent was abandoned, by reason.");
    private static readonly Counter<long> MissedLiquidations = Meter.CreateCounter<long>("keeper_missed_liquidations_total", description: "Accounts that somebody else liquidated, by what we were doing about them.");
    private static readonly Gauge<long> BackoffAccounts = Meter.CreateGauge<long>("keeper_backoff_accounts", description: "Accounts that are left alone for some blocks after a failure, by its reason.");
    private static readonly Counter<long> Transactions = Meter.CreateCounter<long>("keeper_tx_signed_total", description: "Transactions signed, replacements included.");
    private static readonly Counter<long> Bumps = Meter.CreateCounter<long>("keeper_tx_bumps_total", description: "Replacements signed: higher bids, and cancels.");
    private static readonly Counter<long> Rebroadcasts = Meter.CreateCounter<long>("keeper_tx_rebroadcasts_total", description: "Transactions handed out again unchanged.");
    private static readonly Counter<long> CapHits = Meter.CreateCounter<long>("keeper_tx_fee_cap_hits_total", description: "Bids that would have exceeded what the profit allows.");
    private static readonly Counter<long> Reorged = Meter.CreateCounter<long>("keeper_tx_reorged_total", description: "Receipts that a reorg took away.");
    private static readonly Counter<long> Rejections = Meter.CreateCounter<long>("keeper_policy_rejections_total", description: "Signatures that the policy gate refused, by rule.");
    private static readonly Counter<long> Foreign = Meter.CreateCounter<long>("keeper_foreign_transactions_total", description: "Nonces of the key used by transactions that the journal does not know.");
    private static readonly Counter<long> Receipts = Meter.CreateCounter<long>("keeper_receipts_refused_total", description: "Receipts in blocks that are not of the chain, or of nonces that are still free.");
    private static readonly Counter<long> BroadcastErrors = Meter.CreateCounter<long>("keeper_tx_broadcast_errors_total", description: "Answers to sent transactions other than acceptance, by class.");
    private static readonly Counter<long> Sends = Meter.CreateCounter<long>("keeper_tx_sends_total", description: "Transactions handed out, by where they may go and by what was answered.");
    private static readonly Counter<double> GasSpent = Meter.CreateCounter<double>("keeper_gas_spent_ether_total", description: "Native coin spent on gas, by the outcome of the transaction.");
    private static readonly Counter<double> Profit = Meter.CreateCounter<double>("keeper_reward_usd_total", description: "Rewards that reached the treasury, before gas.");
    private static readonly Gauge<long> Pending = Meter.CreateGauge<long>("keeper_tx_pending", description: "Slots that are not settled.");
    private static readonly Gauge<long> NonceNext = Meter.CreateGauge<long>("keeper_nonce_next", description: "The nonce of the next transaction.");
    private static readonly Gauge<long> NonceChain = Meter.CreateGauge<long>("keeper_nonce_chain", description: "The key's transaction count at the newest block.");
    private static readonly Gauge<double> Balance = Meter.CreateGauge<double>("keeper_wallet_balance_wei", description: "The key's balance.");
    private static readonly Gauge<double> LeastBalance = Meter.CreateGauge<double>("keeper_wallet_min_balance_wei", description: "The balance below which nothing new is sent.");
    private static readonly Gauge<long> Gap = Meter.CreateGauge<long>("keeper_nonce_gap", description: "Nonces below the next one that are neither used nor taken by a transaction in flight: what is behind them cannot be mined.");
    private static readonly Gauge<long> Oldest = Meter.CreateGauge<long>("keeper_tx_oldest_pending_seconds", "s", "By the chain's clock, since the decision of the oldest transaction that is not mined; 0 without any.");
    private static readonly Gauge<double> BudgetSpent = Meter.CreateGauge<double>("keeper_gas_budget_spent_wei", description: "What settled transactions cost within the budget's window.");
    private static readonly Gauge<double> BudgetLimit = Meter.CreateGauge<double>("keeper_gas_budget_limit_wei", description: "What may be spent within the window.");
    private static readonly Gauge<long> BreakerOpen = Meter.CreateGauge<long>("keeper_breaker_open", description: "1 while the breaker lets nothing new be sent, for all or for one protocol.");
    private static readonly Counter<long> BreakerTrips = Meter.CreateCounter<long>("keeper_breaker_trips_total", description: "Times that the breaker has opened.");
    private static readonly Histogram<double> Simulation = Seconds("keeper_simulation_seconds", "Time of the simulation of the exact call.");
    private static readonly Counter<long> SignerRequests = Meter.CreateCounter<long>("keeper_signer_requests_total", description: "Signatures asked of the key, by what came of it.");
    private static readonly Histogram<double> SignerTime = Seconds("keeper_signer_seconds", "Time of one signature, failed ones too: of a remote signer its round trip and the verification of its answer.");
    private static readonly Histogram<double> Append = Seconds("keeper_journal_append_seconds", "Time of a durable commit to the journal: a slow disk delays every transaction by it.");
    private static readonly Histogram<double> Decision = Seconds("keeper_oracle_to_decision_seconds", "From the arrival of the event that led to a plan to the plan.");
    private static readonly Histogram<double> Broadcast = Seconds("keeper_decision_to_broadcast_seconds", "From the plan to the answer to its first hand-out, whatever it was: simulation, signature, journal, send.");
    private static readonly Histogram<double> Total = Seconds("keeper_oracle_to_broadcast_seconds", "From the arrival of the event that led to a plan to the answer to its first hand-out, whatever it was.");
    private static readonly Histogram<double> Inclusion = Seconds("keeper_broadcast_to_inclusion_seconds", "From the answer to the first hand-out to the receipt.");
    private static readonly Histogram<long> InclusionBlocks = Meter.CreateHistogram<long>(
        "keeper_broadcast_to_inclusion_blocks", null, "Blocks from the newest one at signing to the one of inclusion.", null, new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 3, 5, 8, 13, 25, 50] });

    private const string SignedOutcome = "signed";
    private const string NotSent = "not_sent";

    /// <summary>Shows every label of the closed sets with zero, so that a rate is right from the first event on.</summary>
    public static void Initialise()
    {
        foreach (var reason in Enum.GetValues<SkipReason>()) Skipped.Add(0, Tag("reason", Label.Of(reason)));
        foreach (var outcome in Enum.GetValues<Outcome>())
        {
            Liquidations.Add(0, Tag("outcome", Label.Of(outcome)));
            Revisions.Add(0, Tag("outcome", Label.Of(outcome)));
        }
        foreach (var reason in Enum.GetValues<AbandonReason>()) Abandonments.Add(0, Tag("reason", Label.Of(reason)));
        foreach (var doing in Enum.GetValues<Doing>()) MissedLiquidations.Add(0, Tag("by", Label.Of(doing)));
        foreach (var reason in Enum.GetValues<BackoffReason>()) BackoffAccounts.Record(0, Tag("reason", Label.Of(reason)));
        foreach (var error in Enum.GetValues<SendError>().Where(error => error != SendError.None)) BroadcastErrors.Add(0, Tag("class", Label.Of(error)));
        foreach (var rule in Enum.GetValues<PolicyRule>()) Rejections.Add(0, Tag("rule", Label.Of(rule)));
        foreach (var error in Enum.GetValues<SendError>())
        {
            foreach (var route in new[] { Route.Public, Route.Private }) Sends.Add(0, Tag("route", Label.Of(route)), Tag("class", ClassOf(error)));
        }
        Sends.Add(0, Tag("route", Label.Of(Route.Held)), Tag("class", NotSent));
        SignerRequests.Add(0, Tag("outcome", SignedOutcome));
        foreach (var fault in Enum.GetValues<SigningFault>()) SignerRequests.Add(0, Tag("outcome", Label.Of(fault)));
        foreach (var counter in new[] { Transactions, Bumps, Rebroadcasts, CapHits, Reorged, Foreign, Receipts }) counter.Add(0);
        foreach (var outcome in new[] { "succeeded", "reverted" }) GasSpent.Add(0, Tag("outcome", outcome));
        foreach (var breaker in Enum.GetValues<Breaker>()) BreakerTrips.Add(0, Tag("breaker", Label.Of(breaker)));
        Profit.Add(0);
    }

    public static void Skip(SkipReason reason) => Skipped.Add(1, Tag("reason", Label.Of(reason)));
    public static void Settled(Outcome outcome) => Liquidations.Add(1, Tag("outcome", Label.Of(outcome)));
    /// <param name="fault">Null where there is a signature.</param>
    public static void SignerAnswered(SigningFault? fault, TimeSpan elapsed)
    {
        SignerRequests.Add(1, Tag("outcome", fault is { } failed ? Label.Of(failed) : SignedOutcome));
        SignerTime.Record(elapsed.TotalSeconds);
    }

    public static void Revised(Outcome outcome) => Revisions.Add(1, Tag("outcome", Label.Of(outcome)));
    public static void Abandoned(AbandonReason reason) => Abandonments.Add(1, Tag("reason", Label.Of(reason)));
    public static void Missed(Doing doing) => MissedLiquidations.Add(1, Tag("by", Label.Of(doing)));
    public static void BackingOff(IReadOnlyDictionary<BackoffReason, int> counts)
    {
        foreach (var (reason, count) in counts) BackoffAccounts.Record(count, Tag("reason", Label.Of(reason)));
    }

    public static void Signed() => Transactions.Add(1);
    public static void Bumped() => Bumps.Add(1);
    public static void Rebroadcast() => Rebroadcasts.Add(1);
    public static void FeeCapHit() => CapHits.Add(1);
    public static void TakenByReorg() => Reorged.Add(1);
    public static void PolicyRejected(PolicyRule rule) => Rejections.Add(1, Tag("rule", Label.Of(rule)));
    public static void ForeignTransaction() => Foreign.Add(1);
    public static void ReceiptRefused() => Receipts.Add(1);
    public static void SendAnswered(SendError error)
    {
        if (error != SendError.None) BroadcastErrors.Add(1, Tag("class", Label.Of(error)));
    }

    public static void HandedOut(Route route, SendError answer) => Sends.Add(1, Tag("route", Label.Of(route)), Tag("class", ClassOf(answer)));
    public static void HeldBack() => Sends.Add(1, Tag("route", Label.Of(Route.Held)), Tag("class", NotSent));

    public static void Spent(double ether, bool succeeded) => GasSpent.Add(ether, Tag("outcome", succeeded ? "succeeded" : "reverted"));
    public static void Rewarded(double usd) => Profit.Add(usd);
    public static void Slots(int open) => Pending.Record(open);
    public static void Nonces(ulong next, ulong chain) { NonceNext.Record((long)next); NonceChain.Record((long)chain); }
    public static void NonceGap(ulong nonces) => Gap.Record((long)nonces);
    public static void OldestPending(ulong seconds) => Oldest.Record((long)seconds);
    public static void MinBalance(double wei) => LeastBalance.Record(wei);
    /// <param name="window">"hour", or "key" for the whole life of one.</param>
    public static void Budget(string window, double spentWei, double limitWei)
    {
        BudgetSpent.Record(spentWei, Tag("window", window));
        BudgetLimit.Record(limitWei, Tag("window", window));
    }

    public static void Tripped(Breaker breaker) => BreakerTrips.Add(1, Tag("breaker", Label.Of(breaker)));
    public static void Breakers(BreakerBoard board)
    {
        foreach (var breaker in Enum.GetValues<Breaker>()) BreakerOpen.Record(board.IsOpen(breaker) ? 1 : 0, Tag("breaker", Label.Of(breaker)));
    }

    public static void Wallet(double wei) => Balance.Record(wei);
    public static void Simulated(TimeSpan elapsed) => Simulation.Record(elapsed.TotalSeconds);
    public static void Appended(TimeSpan elapsed) => Append.Record(elapsed.TotalSeconds);
    public static void Decided(TimeSpan elapsed) => Decision.Record(elapsed.TotalSeconds);
    public static void Sent(TimeSpan fromDecision, TimeSpan fromEvent) { Broadcast.Record(fromDecision.TotalSeconds); Total.Record(fromEvent.TotalSeconds); }
    public static void Included(TimeSpan elapsed, ulong blocks) { Inclusion.Record(elapsed.TotalSeconds); InclusionBlocks.Record((long)blocks); }

    private static string ClassOf(SendError error) => error == SendError.None ? "accepted" : Label.Of(error);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private static Histogram<double> Seconds(string name, string description) =>
        Meter.CreateHistogram<double>(name, "s", description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets.Seconds });
}
