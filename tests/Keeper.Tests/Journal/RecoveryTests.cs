using Keeper.Core.Chain;
using Keeper.Core.Journal;
using static Keeper.Tests.Journal.Samples;

namespace Keeper.Tests.Journal;

public sealed class RecoveryTests
{
    [Fact]
    public void Settled_plans_are_told_with_the_receipt_that_settled_them()
    {
        JournalEntry[] entries = [.. Opening(7), Mined(1, block: 101), Settled(1), .. Opening(8, hash: 2), Mined(5, hash: 2, block: 102), Settled(5, hash: 2)];
        Assert.Equal([(7UL, 101UL), (8UL, 102UL)], Fold(entries).Settled.Select(plan => (plan.Intent.Nonce, plan.Mined!.BlockNumber)));
        // Opened again after a reorg, and settled again.
        entries = [.. entries, .. Opening(7)];
        Assert.Equal((7UL, 8UL), (Assert.Single(Fold(entries).Open).Intent.Nonce, Assert.Single(Fold(entries).Settled).Intent.Nonce));
        entries = [.. entries, Mined(9, block: 103), Settled(9)];
        Assert.Equal([(7UL, 103UL), (8UL, 102UL)], Fold(entries).Settled.Select(plan => (plan.Intent.Nonce, plan.Mined!.BlockNumber)));
    }

    [Fact]
    public void Only_as_many_settled_plans_are_kept_as_may_not_be_final()
    {
        var entries = Enumerable.Range(0, 1_030).SelectMany(IEnumerable<JournalEntry> (nonce) => [.. Opening((ulong)nonce), Mined(4 * nonce + 1), Settled(4 * nonce + 1)]).ToArray();
        Assert.Equal(Enumerable.Range(6, 1_024).Select(nonce => (ulong)nonce), Fold(entries).Settled.Select(plan => plan.Intent.Nonce));
    }

    [Fact]
    public void An_empty_journal_leaves_the_nonce_to_the_chain()
    {
        var state = Fold();
        Assert.Empty(state.Open);
        Assert.Null(state.NextNonce);
    }

    [Theory]
    // What stands after the opening of plan 1 at nonce 7 -> is it open, and the next nonce.
    [InlineData("", true, 8)]
    [InlineData("broadcast", true, 8)]
    [InlineData("mined", true, 8)]
    [InlineData("settled", false, 8)]
    [InlineData("mined settled", false, 8)]
    [InlineData("abandoned", false, null)]
    [InlineData("broadcast signed abandoned", false, null)]
    [InlineData("settled broadcast", false, 8)]
    [InlineData("abandoned broadcast", false, null)]
    public void A_plan_is_open_until_settled_or_abandoned(string after, bool open, int? next)
    {
        var entries = after.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(JournalEntry (kind) => kind switch
        {
            "broadcast" => Broadcast(1),
            "mined" => Mined(1),
            "signed" => Signed(1, 7, 1, 2),
            "settled" => Settled(1),
            _ => Abandoned(1),
        });
        var state = Fold([.. Opening(7), .. entries]);
        Assert.Equal(open ? 1 : 0, state.Open.Count);
        Assert.Equal((ulong?)next, state.NextNonce);
    }

    [Fact]
    public void An_abandoned_nonce_is_given_again()
    {
        Assert.Equal(8UL, Fold([.. Opening(7), .. Opening(8), Abandoned(3)]).NextNonce);
        Assert.Equal(8UL, Fold([.. Opening(7), Settled(1), .. Opening(8), Abandoned(4)]).NextNonce);
    }

    [Fact]
    public void A_nonce_abandoned_below_an_open_one_does_not_lower_the_next() =>
        Assert.Equal(9UL, Fold([.. Opening(7), .. Opening(8), Abandoned(1)]).NextNonce);

    [Fact]
    public void An_adopted_nonce_is_the_least_that_is_given_next()
    {
        Assert.Equal(12UL, Fold(Adopted(12)).NextNonce);
        Assert.Equal(12UL, Fold([.. Opening(7), Settled(1), Adopted(12)]).NextNonce);
        Assert.Equal(12UL, Fold(Adopted(12), Adopted(9)).NextNonce);
        Assert.Equal(13UL, Fold([Adopted(12), .. Opening(12)]).NextNonce);
        Assert.Equal(12UL, Fold([Adopted(12), .. Opening(12), Abandoned(2)]).NextNonce);
        Assert.Null(Fold(Adopted(12, Foreign)).NextNonce);
        Assert.Equal((12UL, null), (Fold(Adopted(12)).AdoptedNonce, Fold([.. Opening(7)]).AdoptedNonce));
    }

    /// <summary>Only the chain tells what became of it.</summary>
    [Fact]
    public void A_plan_below_an_adopted_nonce_is_open_until_the_sender_closes_it()
    {
        Assert.Equal(7UL, Assert.Single(Fold([.. Opening(7), Adopted(12)]).Open).Intent.Nonce);
        Assert.Empty(Fold([.. Opening(7), Adopted(12), Abandoned(1)]).Open);
        Assert.Equal(12UL, Fold([.. Opening(7), Adopted(12), Abandoned(1)]).NextNonce);
    }

    [Fact]
    public void The_last_state_of_each_breaker_is_told_whatever_the_key()
    {
        Assert.Empty(Fold([.. Opening(7)]).Breakers);
        var breakers = Fold([Breaker(), Breaker("wallet"), .. Opening(7), Breaker(isOpen: false), Breaker("stop", isManual: true)]).Breakers;
        Assert.Equal([("gas", false, false), ("stop", true, true), ("wallet", true, false)], breakers.Select(breaker => (breaker.Breaker, breaker.IsOpen, breaker.IsManual)).Order());
    }

    [Fact]
    public void A_breaker_of_one_protocol_says_nothing_of_another_or_of_all()
    {
        var breakers = Fold([Breaker() with { Protocol = "lend" }, Breaker() with { Protocol = "perps" }, Breaker(), Breaker(isOpen: false) with { Protocol = "lend" }]).Breakers;
        Assert.Equal([(null, true), ("lend", false), ("perps", true)], breakers.Select(breaker => (breaker.Protocol, breaker.IsOpen)).Order());
    }

    [Fact]
    public void What_others_liquidated_and_what_a_newer_keeper_adds_opens_and_closes_nothing()
    {
        var state = Fold([Missed(), .. Opening(7), new JournalEntry.Unknown("audited", 0), new JournalEntry.Unknown("audited", 99), Missed(), Abandoned(2), new JournalEntry.Unknown("audited", 2)]);
        Assert.Empty(state.Open);
        Assert.Null(state.NextNonce);
    }

    [Fact]
    public void Open_plans_come_by_nonce_with_every_attempt_and_the_last_receipt()
    {
        var state = Fold([.. Opening(8, hash: 1), .. Opening(7, hash: 2), Signed(1, 8, 1, 3), Mined(1, 1, 101), Mined(1, 3, 102)]);
        Assert.Equal([3L, 1L], state.Open.Select(plan => plan.Plan));
        Assert.Equal([Hash(1), Hash(3)], state.Open[1].Attempts.Select(attempt => attempt.Hash));
        Assert.Equal(102UL, state.Open[1].Mined?.BlockNumber);
        Assert.Null(state.Open[0].Mined);
    }

    [Fact]
    public void Plans_of_another_key_count_for_nothing()
    {
        var state = Fold([.. Opening(90, Foreign), .. Opening(7, hash: 2), Mined(1), Settled(1), .. Opening(91, Foreign)]);
        Assert.Equal(3L, Assert.Single(state.Open).Plan);
        Assert.Equal(8UL, state.NextNonce);
    }

    [Fact]
    public void A_record_that_contradicts_those_before_it_is_named()
    {
        Refused("Record 1 ", Signed(0, 7));
        Refused("Record 1 ", Signed(1, 7));
        Refused("Record 1 ", Intended(7));
        Refused("Record 1 ", Intended(7), Intended(8), Signed(0, 8));
        Refused("Record 1 ", Intended(7), Signed(9, 7));
        Refused("Record 2 ", Intended(7), Signed(1, 8));
        Refused("Record 3 ", [.. Opening(7), Intended(8)]);
        Refused("Record 3 ", [.. Opening(7), Broadcast(2)]);
        Refused("Record 3 ", [.. Opening(7), Broadcast(1, hash: 5)]);
        Refused("Record 3 ", [.. Opening(7), Mined(1, hash: 5)]);
        Refused("Record 4 ", [.. Opening(7), Settled(1), Settled(1)]);
        Refused("Record 4 ", [.. Opening(7), Abandoned(1), Mined(1)]);
        Refused("Record 4 ", [.. Opening(7), Settled(1), Signed(1, 7, 1, 2)]);
        Refused("Record 3 ", [.. Opening(7), new JournalEntry.Unknown("outbid", 1)]);
        Refused("Record 1 ", Intended(7), Breaker());
        Refused("Record 5 ", [.. Opening(7, Foreign), .. Opening(7), Abandoned(2)]);

        static void Refused(string name, params JournalEntry[] entries) =>
            Assert.StartsWith(name, Assert.Throws<JournalException>(() => Fold(entries)).Message);
    }

    [Fact]
    public void A_record_that_is_missing_is_named()
    {
        var records = Records([.. Opening(7), Broadcast(1), Mined(1)]);
        Assert.StartsWith("Record 4 ", Assert.Throws<JournalException>(() => Recovery.Fold(records.Where(record => record.Sequence != 3), Mine)).Message);
        Assert.StartsWith("Record 2 ", Assert.Throws<JournalException>(() => Recovery.Fold(records.Skip(1), Mine)).Message);
    }

    private static RecoveredState Fold(params JournalEntry[] entries) => Recovery.Fold(Records(entries), Mine);

    private static JournalRecord[] Records(JournalEntry[] entries) =>
        entries.Select((entry, i) => new JournalRecord(i + 1, DateTimeOffset.UnixEpoch, entry)).ToArray();
}
