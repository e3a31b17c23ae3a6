using System.Diagnostics.Metrics;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>A key that gives no signature: nothing is lost, no nonce is taken, and the keeper goes on.</summary>
public sealed class SenderSigningTests
{
    [Fact]
    public async Task A_plan_whose_signature_fails_is_skipped_by_name_and_takes_no_nonce()
    {
        var signer = new FailingSigner { Failure = new("The key is locked.") };
        var scene = await SenderScene.StartAsync(signer: signer);
        await scene.OfferAsync("1");
        Assert.Equal(["lend:1: signer_failed (The key is locked.)"], scene.Skips);
        Assert.Empty(scene.Steps);
        Assert.False(scene.Sender.IsOpen("lend:1"));
        Assert.False(scene.Sender.IsBackingOff("lend:1", 101));
        Assert.Null(scene.Sender.Halted);

        signer.Failure = null;
        await scene.OfferAsync("1");
        Assert.Equal(5UL, Assert.Single(scene.Journal.All<JournalEntry.Intended>()).Nonce);
        Assert.Single(scene.Sent);
    }

    [Fact]
    public async Task A_higher_bid_that_is_not_signed_leaves_the_earlier_attempt_alive()
    {
        var signer = new FailingSigner();
        var scene = await SenderScene.StartAsync(signer: signer);
        await scene.OfferAsync("1");
        scene.Gas = Market(baseGwei: 40, tipGwei: 5, highGwei: 50);
        signer.Failure = new("The remote signer refused with code -32000.", SigningFault.Refused);
        for (var i = 0; i < 4; i++) await scene.NextAsync();
        Assert.Single(scene.Journal.All<JournalEntry.Signed>());
        Assert.True(signer.Asked > 1, "no bid was raised");
        Assert.True(scene.Sent.Count >= 4, "the earlier bytes did not go out again");
        Assert.Single(scene.Sent.Distinct());
        Assert.True(scene.Sender.IsOpen("lend:1"));

        signer.Failure = null;
        await scene.NextAsync();
        Assert.Equal(2, scene.Journal.All<JournalEntry.Signed>().Count);
        Assert.Equal(2, scene.Sent.Distinct().Count());
    }

    [Fact]
    public async Task A_signer_that_is_silent_is_waited_for_once_a_block()
    {
        var signer = new FailingSigner { Failure = new("The remote signer gave no signature.", SigningFault.Unreachable) };
        var scene = await SenderScene.StartAsync(signer: signer);
        for (var i = 0; i < 5; i++) await scene.OfferAsync($"{i}");
        Assert.Equal(1, signer.Asked);
        Assert.Equal(5, scene.Skips.Length);
        await scene.NextAsync();
        await scene.OfferAsync("1");
        Assert.Equal(2, signer.Asked);
        // Back within the same block, it is asked in the next.
        signer.Failure = null;
        await scene.NextAsync();
        await scene.OfferAsync("1");
        Assert.Single(scene.Sent);
    }

    [Fact]
    public async Task What_an_answer_says_of_one_transaction_does_not_hold_up_the_next()
    {
        var signer = new FailingSigner { Failure = new("The remote signer refused with code -32000.", SigningFault.Refused) };
        var scene = await SenderScene.StartAsync(signer: signer);
        await scene.OfferAsync("1");
        await scene.OfferAsync("2");
        Assert.Equal(2, signer.Asked);
    }

    [Fact]
    public async Task Signatures_are_counted_and_timed_by_what_came_of_them()
    {
        var counted = new List<string>();
        var timed = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Name.StartsWith("keeper_signer_", StringComparison.Ordinal)) self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => { lock (counted) if (value > 0) counted.Add((string)tags[0].Value!); });
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref timed));
        listener.Start();
        var signer = new FailingSigner();
        var scene = await SenderScene.StartAsync(signer: signer);
        await scene.OfferAsync("1");
        foreach (var fault in Enum.GetValues<SigningFault>())
        {
            signer.Failure = new("no", fault);
            await scene.OfferAsync($"of {fault}");
            await scene.NextAsync();
        }
        // Other tests run beside this one.
        lock (counted) Assert.Superset(new HashSet<string>(["signed", .. Enum.GetValues<SigningFault>().Select(fault => Label.Of(fault))]), counted.ToHashSet());
        Assert.True(timed >= 6);
    }
}
