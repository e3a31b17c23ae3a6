using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Journal;
using Keeper.Journal;

namespace Keeper.Tests.Journal;

public sealed class RecoveryPropertyTests
{
    [Fact]
    public void Cut_after_any_record_the_fold_agrees_with_a_reference() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), script =>
        {
            var history = RandomHistory.From(script);
            for (var length = 0; length <= history.Count; length++) AgreeOn(history.Take(length).ToArray());
        }));

    /// <summary>Inside a record there is no place where a cut leaves another record.</summary>
    [Fact]
    public void Cut_inside_any_record_it_is_refused_by_its_sequence()
    {
        JournalEntry[] kinds =
        [
            Samples.Intended(7), Samples.Signed(1, 7) with { PrivateUntil = 105 }, Samples.Broadcast(1), Samples.Mined(1) with { BlockTime = 1_700_000_012, L1Fee = new(777) },
            new JournalEntry.Settled(1, Samples.Hash(1), [new("refperps:17", Keeper.Core.Submission.Outcome.Raced, null, Samples.Rival())], [Samples.Paid()]),
            Samples.Abandoned(1), Samples.Breaker() with { Protocol = "lend" }, Samples.Adopted(12), Samples.Missed(),
        ];
        foreach (var entry in kinds)
        {
            var (kind, body) = (JournalJson.Kind(entry), Samples.Body(entry));
            for (var cut = 0; cut < body.Length; cut++)
            {
                Assert.StartsWith("Record 41 ", Assert.Throws<JournalException>(() => JournalJson.Read(41, kind, body[..cut])).Message, StringComparison.Ordinal);
                Assert.StartsWith("Record 41 ", Assert.Throws<JournalException>(() => JournalJson.ReadNewer(41, kind, 1, body[..cut])).Message, StringComparison.Ordinal);
            }
        }
    }

    private static void AgreeOn(JournalRecord[] records)
    {
        if (records is [.., { Entry: JournalEntry.Intended } torn])
        {
            var refused = Assert.Throws<JournalException>(() => Recovery.Fold(records, Samples.Mine));
            Assert.Contains($"Record {torn.Sequence} ", refused.Message);
            return;
        }
        var folded = Recovery.Fold(records, Samples.Mine);
        Assert.Equal(Reference(records), Describe(folded));
    }

    private static string Describe(RecoveredState state) =>
        string.Join("\n", state.Open.Select(plan => Describe(plan.Plan, plan.Intent.Nonce, plan.Attempts, plan.Mined)).Order()
            .Concat(state.Breakers.Select(breaker => breaker.ToString()).Order())
            .Append($"next {state.NextNonce} adopted {state.AdoptedNonce}"));

    /// <summary>The definition read literally, by searching the whole history for each plan: slow, and without a state to get wrong.</summary>
    private static string Reference(JournalRecord[] records)
    {
        var mine = records.Where(record => record.Entry is JournalEntry.Intended intended && intended.Key == Samples.Mine).ToArray();
        var open = mine.Where(plan => !records.Any(record => record.Entry is JournalEntry.Settled settled && settled.Plan == plan.Sequence || IsAbandoned(record, plan)));
        var kept = mine.Where(plan => !records.Any(record => IsAbandoned(record, plan))).Select(plan => ((JournalEntry.Intended)plan.Entry).Nonce).ToArray();
        var adopted = records.Select(record => record.Entry).OfType<JournalEntry.Adopted>().Where(entry => entry.Key == Samples.Mine).Select(entry => entry.NextNonce).ToArray();
        return string.Join("\n", open.Select(plan => Describe(
                plan.Sequence, ((JournalEntry.Intended)plan.Entry).Nonce,
                records.Select(record => record.Entry).OfType<JournalEntry.Signed>().Where(signed => signed.Plan == plan.Sequence),
                records.Select(record => record.Entry).OfType<JournalEntry.Mined>().LastOrDefault(mined => mined.Plan == plan.Sequence))).Order()
            .Concat(records.Select(record => record.Entry).OfType<JournalEntry.BreakerChanged>().GroupBy(breaker => (breaker.Breaker, breaker.Protocol)).Select(changes => changes.Last().ToString()).Order())
            .Append($"next {kept.Select(nonce => nonce + 1).Concat(adopted).Cast<ulong?>().Max()} adopted {adopted.Cast<ulong?>().Max()}"));

        static bool IsAbandoned(JournalRecord record, JournalRecord plan) => record.Entry is JournalEntry.Abandoned abandoned && abandoned.Plan == plan.Sequence;
    }

    private static string Describe(long plan, ulong nonce, IEnumerable<JournalEntry.Signed> attempts, JournalEntry.Mined? mined) =>
        $"plan {plan} nonce {nonce} attempts {string.Join(',', attempts.Select(attempt => $"{attempt.Attempt}={attempt.Hash}"))} mined {mined}";
}
