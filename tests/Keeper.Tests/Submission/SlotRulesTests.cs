using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>Both sides of each boundary, and every answer that a small chain can give.</summary>
public sealed class SlotRulesTests
{
    private const ulong Head = 105;

    [Theory]
    [InlineData(false, null, SlotState.Signed)]
    [InlineData(true, null, SlotState.Broadcast)]
    [InlineData(true, 106UL, SlotState.Included)]
    [InlineData(true, 105UL, SlotState.Included)]
    [InlineData(true, 104UL, SlotState.Included)]
    [InlineData(true, 103UL, SlotState.Confirmed)]
    [InlineData(true, 101UL, SlotState.Confirmed)]
    [InlineData(true, 100UL, SlotState.Final)]
    [InlineData(true, 0UL, SlotState.Final)]
    public void The_state_follows_from_the_block_and_the_head_with_three_confirmations_and_four_blocks_to_be_final(bool isOut, ulong? minedIn, SlotState expected) =>
        Assert.Equal(expected, SlotRules.StateOf(isOut, minedIn, Head, confirmations: 3, finality: 4));

    [Fact]
    public void One_confirmation_is_the_block_itself() => Assert.Equal(SlotState.Confirmed, SlotRules.StateOf(true, Head, Head, confirmations: 1, finality: 64));

    /// <summary>The key's nonce is 7.</summary>
    [Theory]
    [InlineData(null, null, 7UL, SlotCourse.Push, false, false)]
    [InlineData(null, null, 8UL, SlotCourse.Doubt, false, false)]
    [InlineData(104UL, null, 7UL, SlotCourse.Push, true, false)]
    [InlineData(104UL, null, 8UL, SlotCourse.Doubt, true, false)]
    [InlineData(null, 106UL, 8UL, SlotCourse.Wait, false, false)]
    [InlineData(null, 105UL, 8UL, SlotCourse.Include, true, false)]
    [InlineData(null, 105UL, 7UL, SlotCourse.Push, false, true)]
    [InlineData(105UL, 105UL, 8UL, SlotCourse.Include, false, false)]
    [InlineData(104UL, 105UL, 8UL, SlotCourse.Include, true, false)]
    [InlineData(104UL, 104UL, 8UL, SlotCourse.Settle, false, false)]
    [InlineData(null, 104UL, 8UL, SlotCourse.Settle, true, false)]
    // The block held it before: a node whose count lags does not take it out.
    [InlineData(104UL, 104UL, 7UL, SlotCourse.Settle, false, false)]
    public void A_head_makes_of_a_slot_in_flight_what_receipt_count_and_depth_say(ulong? known, ulong? found, ulong count, SlotCourse course, bool isNews, bool isInvented) =>
        Assert.Equal(new(course, isNews, isInvented), SlotRules.InFlight(new(7, Head, count, At(known), At(found)), confirmations: 2));

    [Theory]
    [InlineData(null, 0UL, 7UL, SlotCourse.Reopen)]
    [InlineData(null, 0UL, 8UL, SlotCourse.Doubt)]
    [InlineData(106UL, 0UL, 8UL, SlotCourse.Wait)]
    [InlineData(104UL, 0UL, 8UL, SlotCourse.Keep)]
    [InlineData(104UL, 1UL, 8UL, SlotCourse.Rejudge)]
    [InlineData(105UL, 0UL, 8UL, SlotCourse.Rejudge)]
    public void After_a_reorg_a_settled_one_is_kept_judged_anew_or_taken_up_again(ulong? found, ulong branch, ulong count, SlotCourse course) =>
        Assert.Equal(course, SlotRules.Settled(new(7, Head, count, At(104), At(found, branch))));

    /// <summary>Whatever answers come together: what is pushed has a free nonce, what is settled a block that the mirror knows, deep enough.</summary>
    [Fact]
    public void No_answers_lead_to_a_second_signature_for_a_used_nonce_or_to_an_outcome_without_a_block()
    {
        ulong?[] heights = [null, 103, 104, 105, 106];
        foreach (var (known, found) in heights.SelectMany(known => heights.Select(found => (known, found))))
        {
            foreach (var count in new ulong[] { 6, 7, 8, 9 })
            {
                var sight = new SlotSight(7, Head, count, At(known), At(found));
                var step = SlotRules.InFlight(sight, confirmations: 2);
                if (step.Course == SlotCourse.Push) Assert.True(count <= 7 && (found is null || step.IsInvented), $"{sight}");
                if (step.Course == SlotCourse.Settle) Assert.True(found + 1 <= Head && !step.IsInvented, $"{sight}");
                if (step.IsInvented) Assert.True(known is null && count <= 7, $"{sight}");
                Assert.True(step.Course is SlotCourse.Wait or SlotCourse.Push or SlotCourse.Doubt or SlotCourse.Include or SlotCourse.Settle, $"{sight}");
                if (SlotRules.Settled(sight) == SlotCourse.Reopen) Assert.True(found is null && count <= 7, $"{sight}");
            }
        }
    }

    private static (ulong, Hash32)? At(ulong? number, ulong branch = 0) => number is { } at ? (at, BlockHash(at, branch)) : null;
}
