using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Tests.Submission;

/// <summary>How often the key, its money and the pinned code are asked for.</summary>
public sealed class SenderQuietTests
{
    [Fact]
    public async Task While_nothing_is_under_way_the_key_and_the_code_are_looked_at_every_few_heads()
    {
        var scene = await SenderScene.StartAsync(quietHeads: 6);
        await scene.NextAsync();
        var before = Reads(scene);
        for (var i = 0; i < 12; i++) await scene.NextAsync();
        Assert.Equal((before.Counts + 2, before.Balances + 2, before.Codes + 2), Reads(scene));
    }

    [Fact]
    public async Task While_a_transaction_is_under_way_each_head_is_used()
    {
        var scene = await SenderScene.StartAsync(quietHeads: 6);
        await scene.OfferAsync("1");
        var before = Reads(scene);
        for (var i = 0; i < 5; i++) await scene.NextAsync();
        Assert.Equal((before.Counts + 5, before.Balances + 5, before.Codes + 5), Reads(scene));
    }

    [Fact]
    public async Task While_a_breaker_is_open_each_head_is_used_so_that_it_closes_when_it_can()
    {
        var scene = await SenderScene.StartAsync(quietHeads: 6, setUp: scene => scene.Chain.Balance = Wei.FromGwei(1));
        await scene.NextAsync();
        Assert.StartsWith("balance: ", scene.Sender.Halted);
        scene.Chain.Balance = Wei.FromGwei(10_000_000_000);
        await scene.NextAsync();
        Assert.Null(scene.Sender.Halted);
    }

    [Fact]
    public async Task A_read_that_failed_is_tried_again_at_the_next_head()
    {
        var scene = await SenderScene.StartAsync(quietHeads: 6);
        scene.Chain.BalanceIsDown = true;
        for (var i = 0; i < 6; i++) await scene.NextAsync();
        var before = scene.Chain.BalanceReads;
        await scene.NextAsync();
        Assert.True(scene.Chain.BalanceReads > before);
    }

    [Fact]
    public async Task A_reorg_has_the_next_head_used()
    {
        var scene = await SenderScene.StartAsync(quietHeads: 6);
        await scene.NextAsync();
        var before = scene.Chain.CountReads;
        scene.Sender.OnReorg(101);
        await scene.NextAsync();
        Assert.Equal(before + 1, scene.Chain.CountReads);
    }

    [Fact]
    public async Task Code_that_has_changed_since_the_last_look_is_seen_before_anything_is_signed()
    {
        var scene = await SenderScene.StartAsync(quietHeads: 6);
        await scene.NextAsync();
        scene.Chain.Codes[scene.Lend.Settings.Address] = [0x01];
        await scene.NextAsync();
        Assert.Null(scene.Sender.HaltedFor("lend"));
        await scene.OfferAsync("1");
        Assert.Empty(scene.Journal.All<JournalEntry.Signed>());
        Assert.StartsWith("code_changed: lend", scene.Sender.HaltedFor("lend"));
    }

    private static (int Counts, int Balances, int Codes) Reads(SenderScene scene) => (scene.Chain.CountReads, scene.Chain.BalanceReads, scene.Chain.CodeReads.Count);
}
