using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Control;
using Keeper.Core.Submission.Policy;
using Keeper.Core.Submission.Rivals;
using Keeper.Core.Telemetry;
using Keeper.Tests.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Telemetry;

/// <summary>What the sender does is counted where it does it.</summary>
public sealed class SenderInstrumentsTests
{
    private const string Name = "lend:1";
    private static readonly Address Stranger = ScriptedProtocol.AddressOf(0x5);

    private static readonly Dictionary<string, Func<Task>> Stories = new()
    {
        ["won"] = () => MinedAsync(true, (true, [])),
        ["raced"] = () => MinedAsync(true, (false, ScriptedProtocol.HealthyByNow)),
        ["reverted"] = () => MinedAsync(false),
        ["expired"] = async () =>
        {
            var scene = await OfferedAsync(new() { DeadlineBlocks = 2 });
            for (var i = 0; i < 3; i++) await scene.NextAsync();
            await MineNewestAsync(scene);
        },
        ["refused for good"] = async () =>
        {
            var scene = await SenderScene.StartAsync(setUp: scene => scene.Chain.SendAnswers.Enqueue(new(SendError.GasLimit, "exceeds block gas limit")));
            await scene.OfferAsync("1");
            await MineNewestAsync(scene);
        },
        ["foreign nonce"] = async () =>
        {
            var scene = await OfferedAsync();
            scene.Chain.TransactionCount = 6;
            await scene.NextAsync();
            scene.Time.Advance(TimeSpan.FromMinutes(2));
            await scene.NextAsync();
        },
        ["reorg to another outcome"] = async () =>
        {
            var scene = await OfferedAsync();
            await MineNewestAsync(scene, (true, []));
            scene.Chain.Receipts.Clear();
            scene.Chain.TransactionCount = 5;
            scene.Sender.OnReorg(100);
            await scene.HeadAsync(Block(101, branch: 1, after: Block(100)));
            scene.Mine(Newest(scene), Block(102, branch: 1), items: (false, ScriptedProtocol.HealthyByNow));
            await scene.HeadAsync(Block(102, branch: 1));
        },
        ["missed in flight"] = async () =>
        {
            var scene = await OfferedAsync();
            scene.Mine(Newest(scene), items: (false, ScriptedProtocol.HealthyByNow));
            await MissedAsync(scene);
        },
        ["missed planned"] = async () =>
        {
            var scene = await SenderScene.StartAsync();
            scene.Sender.TryOffer(scene.PlanOf("1"), scene.Gas);
            scene.Chain.Answer = (_, _) => ScriptedChain.Items((false, ScriptedProtocol.HealthyByNow));
            await MissedAsync(scene);
        },
        ["missed not seen"] = async () => await MissedAsync(await SenderScene.StartAsync()),
        ["missed skipped"] = () => MissedAsync(SkipReason.BelowMinProfit),
        ["missed halted"] = () => MissedAsync(SkipReason.Halted),
        ["missed backing off"] = () => MissedAsync(SkipReason.BackingOff),
        ["halted and resumed"] = async () =>
        {
            var scene = await SenderScene.StartAsync();
            await scene.AskAsync(new ControlRequest.Halt("by hand"));
            await scene.AskAsync(new ControlRequest.Resume(null));
        },
        ["a receipt on another branch"] = async () =>
        {
            var scene = await OfferedAsync();
            scene.Mine(Newest(scene), Block(101, branch: 7), items: (true, []));
            scene.Chain.TransactionCount = 5;
            await scene.NextAsync();
        },
        ["a receipt of a free nonce"] = async () =>
        {
            var scene = await OfferedAsync();
            scene.Mine(Newest(scene), items: (true, []));
            scene.Chain.TransactionCount = 5;
            await scene.NextAsync();
        },
        ["a dear plan"] = () => OfferedAsync(new() { MaxTransactionCost = new(1) }),
        ["a dear plan in a dry run"] = async () =>
        {
            var scene = await SenderScene.StartAsync(new() { MaxTransactionCost = new(1) }, isDryRun: true);
            await scene.OfferAsync("1");
        },
        ["a gas war"] = async () =>
        {
            var scene = await SenderScene.StartAsync(new() { FirstBidSharePpm = 0, BumpAfter = TimeSpan.FromSeconds(12), DeadlineBlocks = 40 });
            await scene.OfferAsync("1");
            scene.Gas = Market(baseGwei: 10, tipGwei: 400, highGwei: 400);
            for (var i = 0; i < 39; i++) await scene.NextAsync();
        },
    };

    [Theory]
    [InlineData("won", "keeper_liquidations_total{won}", 1)]
    [InlineData("won", "keeper_tx_signed_total", 1)]
    [InlineData("won", "keeper_tx_sends_total{public,accepted}", 1)]
    [InlineData("won", "keeper_gas_spent_ether_total{succeeded}", 0.0022)]
    [InlineData("raced", "keeper_liquidations_total{raced}", 1)]
    [InlineData("reverted", "keeper_liquidations_total{reverted}", 1)]
    [InlineData("reverted", "keeper_gas_spent_ether_total{reverted}", 0.0022)]
    [InlineData("expired", "keeper_liquidations_total{expired}", 1)]
    [InlineData("expired", "keeper_tx_bumps_total", 1)]
    [InlineData("expired", "keeper_tx_rebroadcasts_total", 2)] // the call before its deadline, the cancel after it
    [InlineData("refused for good", "keeper_liquidations_total{superseded}", 1)]
    [InlineData("refused for good", "keeper_tx_broadcast_errors_total{gas_limit}", 1)]
    [InlineData("refused for good", "keeper_tx_sends_total{public,gas_limit}", 1)]
    [InlineData("foreign nonce", "keeper_liquidations_total{abandoned}", 1)]
    [InlineData("foreign nonce", "keeper_abandoned_total{foreign_nonce}", 1)]
    [InlineData("foreign nonce", "keeper_foreign_transactions_total", 1)]
    [InlineData("foreign nonce", "keeper_breaker_trips_total{foreign_nonce}", 1)]
    [InlineData("reorg to another outcome", "keeper_liquidations_total{won}", 1)]
    [InlineData("reorg to another outcome", "keeper_liquidations_total{raced}", 1)]
    [InlineData("reorg to another outcome", "keeper_outcomes_revised_total{won}", 1)]
    [InlineData("reorg to another outcome", "keeper_tx_reorged_total", 1)]
    [InlineData("missed in flight", "keeper_missed_liquidations_total{in_flight}", 1)]
    [InlineData("missed planned", "keeper_missed_liquidations_total{planned}", 1)]
    [InlineData("missed not seen", "keeper_missed_liquidations_total{not_seen}", 1)]
    [InlineData("missed skipped", "keeper_missed_liquidations_total{skipped}", 1)]
    [InlineData("missed halted", "keeper_missed_liquidations_total{halted}", 1)]
    [InlineData("missed backing off", "keeper_missed_liquidations_total{backing_off}", 1)]
    [InlineData("halted and resumed", "keeper_breaker_trips_total{operator}", 1)]
    [InlineData("a receipt on another branch", "keeper_receipts_refused_total", 1)]
    [InlineData("a receipt of a free nonce", "keeper_receipts_refused_total", 1)]
    [InlineData("a dear plan", "keeper_policy_rejections_total{transaction_cost}", 1)]
    [InlineData("a dear plan in a dry run", "keeper_policy_rejections_total{transaction_cost}", 1)]
    public async Task Each_counter_moves_by_what_happened(string story, string series, double times)
    {
        using var measured = new MeasuredHere();
        await Stories[story]();
        Assert.Equal(times, measured.Sum(series) ?? double.NaN, 9);
    }

    [Fact]
    public async Task Every_head_at_which_the_profit_bound_stops_the_bidding_is_counted()
    {
        using var measured = new MeasuredHere();
        await Stories["a gas war"]();
        Assert.InRange(measured.Sum("keeper_tx_fee_cap_hits_total")!.Value, 1, 38);
        Assert.True(measured.Sum("keeper_tx_bumps_total") > 3);
    }

    [Fact]
    public async Task A_breakers_gauge_is_up_while_it_is_open()
    {
        using var measured = new MeasuredHere();
        await Stories["halted and resumed"]();
        var told = measured.Values("keeper_breaker_open{operator}");
        Assert.Equal((0, 1, 0), (told[0], told.Max(), told[^1]));
        Assert.All(measured.Values("keeper_breaker_open{balance}"), value => Assert.Equal(0, value));
    }

    [Fact]
    public async Task The_gauges_of_a_head_tell_what_is_in_flight_and_what_is_left()
    {
        using var measured = new MeasuredHere();
        var scene = await OfferedAsync();
        await scene.NextAsync();
        Assert.Equal(
            [1, 6, 5, 0, 12, 1e19, 1e16, 0],
            ((string[])["keeper_tx_pending", "keeper_nonce_next", "keeper_nonce_chain", "keeper_nonce_gap", "keeper_tx_oldest_pending_seconds", "keeper_wallet_balance_wei", "keeper_wallet_min_balance_wei", "keeper_gas_budget_spent_wei{hour}"])
                .Select(series => measured.Values(series)[^1]));
        Assert.Equal((double)scene.Options.MaxCostPerHour.Value, measured.Values("keeper_gas_budget_limit_wei{hour}")[^1]);
        await MineNewestAsync(scene, (true, []));
        Assert.Equal((0, 2.2e15), (measured.Values("keeper_tx_pending")[^1], measured.Values("keeper_gas_budget_spent_wei{hour}")[^1]));
    }

    /// <summary>A series that appears with its first event has no rate before it, and an alert on it comes late.</summary>
    [Fact]
    public async Task Every_label_of_a_closed_set_is_there_with_zero_from_the_start()
    {
        using var measured = new MeasuredHere();
        await SenderScene.StartAsync();
        string[] expected =
        [
            .. Of<SkipReason>("keeper_skipped_total"), .. Of<Outcome>("keeper_liquidations_total"), .. Of<Outcome>("keeper_outcomes_revised_total"),
            .. Of<AbandonReason>("keeper_abandoned_total"), .. Of<Doing>("keeper_missed_liquidations_total"), .. Of<BackoffReason>("keeper_backoff_accounts"),
            .. Of<PolicyRule>("keeper_policy_rejections_total"), .. Of<Breaker>("keeper_breaker_trips_total"), .. Of<Breaker>("keeper_breaker_open"),
            .. Of<SigningFault>("keeper_signer_requests_total"), .. Of<SendError>("keeper_tx_broadcast_errors_total").Where(series => !series.EndsWith("{none}", StringComparison.Ordinal)),
            "keeper_tx_sends_total{public,accepted}", "keeper_tx_sends_total{private,accepted}", "keeper_tx_sends_total{held,not_sent}",
            "keeper_tx_signed_total", "keeper_tx_bumps_total", "keeper_tx_rebroadcasts_total", "keeper_tx_fee_cap_hits_total", "keeper_tx_reorged_total",
            "keeper_foreign_transactions_total", "keeper_receipts_refused_total", "keeper_reward_usd_total",
            "keeper_gas_spent_ether_total{succeeded}", "keeper_gas_spent_ether_total{reverted}",
        ];
        Assert.Empty(expected.Except(measured.Series));
        Assert.All(expected, series => Assert.Equal(0, measured.Sum(series)));
    }

    private static IEnumerable<string> Of<T>(string name) where T : struct, Enum => Enum.GetValues<T>().Select(value => $"{name}{{{Label.Of(value)}}}");

    private static JournalEntry.Signed Newest(SenderScene scene) => scene.Journal.All<JournalEntry.Signed>()[^1];

    private static async Task<SenderScene> OfferedAsync(SubmissionOptions? options = null)
    {
        var scene = await SenderScene.StartAsync(options);
        await scene.OfferAsync("1");
        return scene;
    }

    private static async Task MineNewestAsync(SenderScene scene, params (bool, byte[])[] items)
    {
        scene.Mine(Newest(scene), items: items);
        await scene.NextAsync();
    }

    private static async Task MinedAsync(bool succeeded, params (bool, byte[])[] items)
    {
        var scene = await OfferedAsync();
        scene.Mine(Newest(scene), succeeded: succeeded, items: items);
        await scene.NextAsync();
    }

    private static async Task MissedAsync(SkipReason reason)
    {
        var scene = await SenderScene.StartAsync();
        scene.SkipReport.Deciding(100);
        scene.SkipReport.Tell(new(Name, reason));
        await MissedAsync(scene);
    }

    private static async Task MissedAsync(SenderScene scene)
    {
        await scene.NextAsync(scene.Lend.LiquidationLog(Block(101), 1, Stranger));
        // The rival's receipt, which tells its price, is waited for a little.
        for (var i = 0; i < 7; i++) await scene.NextAsync();
    }
}
