using Keeper.Core.Journal;

namespace Keeper.Tests.Journal;

public sealed class CommitTests
{
    [Fact]
    public void A_first_signature_is_told_its_plan()
    {
        var resolved = Commit.Resolve([Samples.Abandoned(2), .. Samples.Opening(7), .. Samples.Opening(8)], first: 10);
        Assert.Equal([11, 13], resolved.OfType<JournalEntry.Signed>().Select(signed => signed.Plan));
    }

    [Fact]
    public void Entries_that_name_their_plan_are_left_alone()
    {
        JournalEntry[] entries = [Samples.Signed(3, 7), Samples.Mined(3), Samples.Settled(3)];
        Assert.Equal(entries, Commit.Resolve(entries, first: 10));
    }

    [Fact]
    public void A_commit_that_would_tear_a_plan_is_refused()
    {
        Refused([]);
        Refused([Samples.Intended(7)]);
        Refused([Samples.Signed(0, 7)]);
        Refused([Samples.Intended(7), Samples.Signed(3, 7)]);
        Refused([Samples.Intended(7), Samples.Abandoned(3), Samples.Signed(0, 7)]);
        Refused([Samples.Intended(7), Samples.Intended(8), Samples.Signed(0, 8), Samples.Signed(0, 7)]);
        Refused([Samples.Intended(7), Samples.Signed(0, 8)]);

        static void Refused(JournalEntry[] entries) => Assert.Throws<JournalException>(() => Commit.Resolve(entries, first: 1));
    }
}
