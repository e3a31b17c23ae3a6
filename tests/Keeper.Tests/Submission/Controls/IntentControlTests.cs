using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Submission;
using Keeper.Tests.Support;

namespace Keeper.Tests.Submission.Controls;

/// <summary>What stands before a signature, and what is signed where it is gone.</summary>
public sealed class IntentControlTests
{
    /// <summary>Two senders that know nothing of each other's accounts are offered what one is offered twice. Fails if anything but what it has open held the second back.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_memory_of_what_is_open_one_shortfall_is_paid_for_twice(bool isOneSender)
    {
        var first = await SenderScene.StartAsync();
        var second = isOneSender ? first : await SenderScene.StartAsync();
        await first.OfferAsync("1");
        await second.OfferAsync("1");
        SenderScene[] senders = [first, second];
        Assert.Equal(isOneSender ? 1 : 2, senders.Distinct().SelectMany(sender => sender.Journal.All<JournalEntry.Intended>()).Count(intent => intent.Items.Any(item => item.Account == "lend:1")));
    }

    /// <summary>A node that calls everything a success, as if nobody had asked. Fails if the plan were refused before or after the simulation.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_the_simulation_a_call_that_fails_is_sent_and_paid_for(bool isAsked)
    {
        var scene = await SenderScene.StartAsync();
        CallResult fails = ScriptedChain.Items((false, [7]));
        if (isAsked) scene.Chain.Answer = (_, _) => fails;
        await scene.OfferAsync("1");
        if (scene.Journal.All<JournalEntry.Signed>() is [var signed]) scene.Mine(signed, items: (false, [7]));
        await scene.NextAsync();
        Assert.Equal(isAsked ? [] : [Outcome.Reverted], scene.Journal.All<JournalEntry.Settled>().SelectMany(settled => settled.Outcomes).Select(entry => entry.Outcome));
    }
}
