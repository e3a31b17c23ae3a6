using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission.Controls;

/// <summary>What is measured by the chain's clock, or by the steps of a clock that no one sets, measured by the machine's instead.</summary>
public sealed class ClockControlTests
{
    /// <summary>
    /// A breaker that is to stay open for 60 s. Where the blocks' time is that of the machine, its jump forth closes the breaker at once, and its jump
    /// back keeps it open. Fails if breakers had any other clock than that of the head.
    /// </summary>
    [Theory]
    [InlineData(true, 1, true, false)]
    [InlineData(true, -2, true, false)]
    [InlineData(false, 1, false, false)]
    [InlineData(false, -2, true, true)]
    public async Task Without_the_chains_clock_a_jump_of_the_machines_closes_a_breaker_early_or_not_at_all(bool isOfTheChain, int hours, bool isHaltedAfter24Seconds, bool isHaltedAfter96Seconds)
    {
        var scene = await SenderScene.StartAsync(breakers: new() { ConsecutiveReverts = 2, ResumeAfterSeconds = 60 });
        foreach (var account in (string[])["1", "2"]) await scene.OfferAsync(account);
        foreach (var signed in scene.Journal.All<JournalEntry.Signed>().ToArray()) scene.Mine(signed, succeeded: false);
        var number = 100UL;
        await NextAsync(1);
        Assert.StartsWith("consecutive_reverts", scene.Sender.Halted);
        scene.Time.Jump(TimeSpan.FromHours(hours));
        await NextAsync(2);
        Assert.Equal(isHaltedAfter24Seconds, scene.Sender.Halted is not null);
        await NextAsync(6);
        Assert.Equal(isHaltedAfter96Seconds, scene.Sender.Halted is not null);

        async Task NextAsync(int heads)
        {
            for (var i = 0; i < heads; i++)
            {
                var block = Block(++number);
                await scene.HeadAsync(isOfTheChain ? block : block with { Timestamp = (ulong)(scene.Time.GetUtcNow() + scene.HeadInterval).ToUnixTimeSeconds() });
            }
        }
    }

    /// <summary>A node tells the count before the receipt, and the wall clock jumps between. Fails if more than the elapsed time stood between that and the halt.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_clock_that_no_one_sets_a_jump_writes_off_a_transaction_that_is_mined(bool hasSteps)
    {
        var scene = await SenderScene.StartAsync(time: hasSteps ? new SettableTime() : new NaiveTime());
        await scene.OfferAsync("1");
        scene.Chain.TransactionCount = 6;
        await scene.NextAsync();
        scene.Time.Jump(TimeSpan.FromHours(1));
        await scene.NextAsync();
        Assert.Equal(hasSteps, scene.Sender.Halted is null);
        Assert.Equal(hasSteps ? 0 : 1, scene.Journal.All<JournalEntry.Abandoned>().Count);

        scene.Mine(scene.Journal.All<JournalEntry.Signed>()[0], items: (true, []));
        await scene.NextAsync();
        Assert.Equal(hasSteps ? 1 : 0, scene.Journal.All<JournalEntry.Settled>().Count);
    }

    /// <summary>Measures intervals by the wall clock.</summary>
    private sealed class NaiveTime : SettableTime
    {
        public override long GetTimestamp() => GetUtcNow().Ticks;
    }
}
