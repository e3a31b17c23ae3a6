using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Policy;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>What became of an intent, which accounts of a batch are to blame, and what is counted.</summary>
public sealed class SenderOutcomeTests
{
    private static readonly byte[] Nothing = [];
    private static readonly Address Stranger = ScriptedProtocol.AddressOf(0x5);

    [Fact]
    public async Task A_deadline_that_the_executor_saw_pass_is_expired_and_nobodys_fault()
    {
        var scene = await MinedAsync(succeeded: false, (_, _) => Refused(ExecutorCall.DeadlinePassed), "1", "2");
        Assert.Equal([new("lend:1", Outcome.Expired, "DeadlinePassed"), new("lend:2", Outcome.Expired, "DeadlinePassed")], Settled(scene));
        Assert.False(scene.Sender.IsBackingOff("lend:1", 101));
    }

    [Fact]
    public async Task A_batch_that_did_not_pay_is_judged_item_by_item_without_its_bound()
    {
        var scene = await MinedAsync(
            succeeded: false,
            (call, _) => HasBound(call) ? Refused(ExecutorCall.MinProfitNotMet) : ScriptedChain.Items((true, Nothing), (false, ScriptedProtocol.HealthyByNow), (false, ScriptedProtocol.HealthyByNow)),
            ["1", "2", "3"], scene => [scene.Lend.LiquidationLog(Block(101), 2, Stranger)]);
        Assert.Equal(
            [("lend:1", Outcome.Superseded, false), ("lend:2", Outcome.Raced, true), ("lend:3", Outcome.Raced, false)],
            Settled(scene).Select(entry => (entry.Account, entry.Outcome, entry.Rival is not null)));
        Assert.All(Settled(scene), entry => Assert.False(scene.Sender.IsBackingOff(entry.Account, 101)));
    }

    [Fact]
    public async Task A_batch_that_did_not_pay_though_nobody_was_first_pauses_for_a_block()
    {
        var scene = await MinedAsync(
            succeeded: false, (call, _) => HasBound(call) ? Refused(ExecutorCall.MinProfitNotMet) : ScriptedChain.AllSucceed(call), "1", "2");
        Assert.Equal([new("lend:1", Outcome.Reverted, "MinProfitNotMet"), new("lend:2", Outcome.Reverted, "MinProfitNotMet")], Settled(scene));
        Assert.Equal((true, false), (scene.Sender.IsBackingOff("lend:1", 101), scene.Sender.IsBackingOff("lend:1", 102)));
    }

    [Fact]
    public async Task Of_a_batch_that_reverted_only_the_account_that_makes_it_revert_backs_off()
    {
        var scene = await MinedAsync(succeeded: false, TokenFailsWith(account: 1), "1", "2", "3");
        Assert.Equal(
            [("lend:1", Outcome.Superseded), ("lend:2", Outcome.Reverted), ("lend:3", Outcome.Superseded)], Settled(scene).Select(entry => (entry.Account, entry.Outcome)));
        Assert.Equal(
            (false, true, false), (scene.Sender.IsBackingOff("lend:1", 102), scene.Sender.IsBackingOff("lend:2", 102), scene.Sender.IsBackingOff("lend:3", 102)));
    }

    [Fact]
    public async Task Paused_is_the_fault_of_no_account()
    {
        var scene = await MinedAsync(succeeded: false, (_, _) => Refused(0x28c74f89), "1", "2");
        Assert.Equal([new("lend:1", Outcome.Reverted, "ExecutorPaused"), new("lend:2", Outcome.Reverted, "ExecutorPaused")], Settled(scene));
        Assert.Equal((true, false), (scene.Sender.IsBackingOff("lend:1", 101), scene.Sender.IsBackingOff("lend:1", 102)));
        // It was not asked account by account.
        Assert.Equal(2, scene.Chain.Called.Count);
    }

    [Fact]
    public async Task A_failure_on_chain_that_the_contract_cannot_have_made_quarantines()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1", "2");
        scene.Mine(Newest(scene), items: [(false, Nothing), (false, [7])]);
        await scene.NextAsync();
        Assert.Equal((true, false), (scene.Sender.IsBackingOff("lend:1", 116), scene.Sender.IsBackingOff("lend:2", 103)));
    }

    [Fact]
    public async Task A_simulation_that_reverts_as_a_whole_drops_the_account_that_makes_it_revert_and_sends_the_rest()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = TokenFailsWith(account: 1);
        await scene.OfferAsync("1", "2", "3");
        Assert.Equal(["lend:1", "lend:3"], Assert.Single(scene.Journal.All<JournalEntry.Intended>()).Items.Select(item => item.Account));
        Assert.Equal(["lend:2: simulation_failed (TokenCallFailed)"], scene.Skips);
        Assert.Equal((false, true), (scene.Sender.IsBackingOff("lend:1", 100), scene.Sender.IsBackingOff("lend:2", 100)));
    }

    /// <summary>The control: a refusal that is nobody's fault stops the batch, and for one block only however often it comes.</summary>
    [Fact]
    public async Task A_simulation_that_reverts_for_no_account_in_particular_pauses_the_batch_for_a_block()
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Answer = (_, _) => Refused(0x28c74f89);
        for (var i = 0; i < 5; i++) await scene.OfferAsync("1", "2");
        Assert.Empty(scene.Sent);
        Assert.Equal((true, false), (scene.Sender.IsBackingOff("lend:1", 100), scene.Sender.IsBackingOff("lend:1", 101)));
    }

    [Fact]
    public async Task Every_field_of_the_simulation_is_the_one_that_is_signed()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1", "2");
        var (call, _) = scene.Chain.Called[^1];
        var signed = Assert.Single(scene.Signer.Signed);
        Assert.Equal(
            (signed.To, signed.GasLimit, signed.Fees.MaxFeePerGas, signed.Fees.MaxPriorityFeePerGas, scene.Signer.Address),
            (call.To, call.GasLimit!.Value, call.MaxFeePerGas!.Value, call.MaxPriorityFeePerGas!.Value, call.From!.Value));
        Assert.True(signed.Data.Span.SequenceEqual(call.Data.Span));
        Assert.Equal(Wei.Zero, signed.Value);
    }

    [Fact]
    public async Task A_nonce_used_by_a_stranger_abandons_with_a_reason_of_the_closed_set()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Chain.TransactionCount = 6;
        await scene.NextAsync();
        // A node may tell the count before the receipt.
        scene.Time.Advance(TimeSpan.FromMinutes(2));
        await scene.NextAsync();
        Assert.Equal("foreign_nonce", Assert.Single(scene.Journal.All<JournalEntry.Abandoned>()).Reason);
        Assert.Contains(scene.Log.Lines, line => line.Contains("Did not liquidate lend:1: abandoned (foreign_nonce)"));
    }

    [Fact]
    public async Task An_outcome_that_a_reorg_undid_and_that_comes_again_is_counted_once()
    {
        var scene = await SenderScene.StartAsync();
        await ReorgAsync(scene, (true, Nothing));
        Assert.Equal(2, scene.Journal.All<JournalEntry.Settled>().Count);
        Assert.Single(Told(scene));
    }

    [Fact]
    public async Task An_outcome_that_a_reorg_changed_is_counted_as_well()
    {
        var scene = await SenderScene.StartAsync();
        await ReorgAsync(scene, (false, ScriptedProtocol.HealthyByNow));
        Assert.Equal(["Liquidated lend:1", "Did not liquidate lend:1: raced (recovered or repaid: healthy)"], Told(scene));
    }

    /// <summary>The same, with a keeper that was started in between.</summary>
    [Fact]
    public async Task A_start_remembers_what_was_counted()
    {
        var before = await SenderScene.StartAsync();
        await before.OfferAsync("1");
        before.Mine(Newest(before), items: (true, Nothing));
        await before.NextAsync();

        var scene = new SenderScene(journal: before.Journal);
        scene.Chain.TransactionCount = 5;
        await scene.Sender.RecoverAsync(scene.HeadAt(Block(102)), default);
        await scene.HeadAsync(Block(102));
        scene.Mine(Newest(scene), Block(103), items: (true, Nothing));
        await scene.HeadAsync(Block(103));
        Assert.Equal(2, scene.Journal.All<JournalEntry.Settled>().Count);
        Assert.Empty(Told(scene));
    }

    [Fact]
    public async Task A_settled_transaction_that_ends_otherwise_in_the_block_that_a_reorg_moved_it_to_is_settled_anew()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Mine(Newest(scene), items: (true, Nothing));
        await scene.NextAsync();
        var other = Block(101, branch: 1, after: Block(100));
        scene.Mine(Newest(scene), other, items: (false, ScriptedProtocol.HealthyByNow));
        scene.Sender.OnReorg(100);
        await scene.HeadAsync(other);
        Assert.Equal([Outcome.Won, Outcome.Raced], scene.Journal.All<JournalEntry.Settled>().Select(settled => settled.Outcomes[0].Outcome));
        Assert.Equal(0, scene.Sender.SlotCount);
        Assert.False(scene.Sender.IsOpen("lend:1"));
        Assert.Single(scene.Sent);
    }

    /// <summary>Won, taken out by a reorg, and mined again with this result.</summary>
    private static async Task ReorgAsync(SenderScene scene, (bool, byte[]) then)
    {
        await scene.OfferAsync("1");
        scene.Mine(Newest(scene), items: (true, Nothing));
        await scene.NextAsync();
        scene.Chain.Receipts.Clear();
        scene.Chain.TransactionCount = 5;
        scene.Sender.OnReorg(100);
        await scene.HeadAsync(Block(101, branch: 1, after: Block(100)));
        scene.Mine(Newest(scene), Block(102, branch: 1), items: then);
        await scene.HeadAsync(Block(102, branch: 1));
    }

    /// <summary>What was logged of the accounts, which is what was counted.</summary>
    private static string[] Told(SenderScene scene) =>
        [.. scene.Log.Lines.Where(line => line.Contains("iquidate")).Select(line => line[Math.Max(line.IndexOf("Liquidated ", StringComparison.Ordinal), line.IndexOf("Did not ", StringComparison.Ordinal))..])];

    private static Task<SenderScene> MinedAsync(bool succeeded, Func<CallRequest, BlockId, CallResult> answer, params string[] accounts) => MinedAsync(succeeded, answer, accounts, _ => []);

    private static async Task<SenderScene> MinedAsync(bool succeeded, Func<CallRequest, BlockId, CallResult> answer, string[] accounts, Func<SenderScene, Log[]> logs)
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync(accounts);
        scene.Mine(Newest(scene), succeeded: succeeded);
        scene.Chain.Answer = (call, at) => at == BlockId.At(101) ? answer(call, at) : throw new InvalidOperationException();
        await scene.NextAsync(logs(scene));
        return scene;
    }

    /// <summary>Any call with the item of this index of three reverts as a whole.</summary>
    private static Func<CallRequest, BlockId, CallResult> TokenFailsWith(int account)
    {
        var asked = 0;
        return (call, _) =>
        {
            // Two rounds of the whole, then one account after the other.
            if (ScriptedChain.ItemCount(call) == 3) return Refused(0xfecb69b4);
            return ScriptedChain.ItemCount(call) == 1 && asked++ == account ? Refused(0xfecb69b4) : ScriptedChain.AllSucceed(call);
        };
    }

    private static bool HasBound(CallRequest call) => ExecutorArguments.Decode(call.Data.Span).MinProfits.Any(min => !min.Amount.IsZero);

    private static CallResult.Reverted Refused(uint selector) => new(new AbiWriter().ToCall(selector));

    private static JournalEntry.Signed Newest(SenderScene scene) => scene.Journal.All<JournalEntry.Signed>()[^1];

    private static IReadOnlyList<AccountOutcome> Settled(SenderScene scene) => Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Outcomes;
}
