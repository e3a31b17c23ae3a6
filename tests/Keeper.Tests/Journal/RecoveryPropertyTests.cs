using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Journal;

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
            .Append($"next {state.NextNonce}"));

    /// <summary>The definition read literally, by searching the whole history for each plan: slow, and without a state to get wrong.</summary>
    private static string Reference(JournalRecord[] records)
    {
        var mine = records.Where(record => record.Entry is JournalEntry.Intended intended && intended.Key == Samples.Mine).ToArray();
        var open = mine.Where(plan => !records.Any(record => record.Entry is JournalEntry.Settled settled && settled.Plan == plan.Sequence || IsAbandoned(record, plan)));
        var kept = mine.Where(plan => !records.Any(record => IsAbandoned(record, plan))).Select(plan => ((JournalEntry.Intended)plan.Entry).Nonce).ToArray();
        return string.Join("\n", open.Select(plan => Describe(
                plan.Sequence, ((JournalEntry.Intended)plan.Entry).Nonce,
                records.Select(record => record.Entry).OfType<JournalEntry.Signed>().Where(signed => signed.Plan == plan.Sequence),
                records.Select(record => record.Entry).OfType<JournalEntry.Mined>().LastOrDefault(mined => mined.Plan == plan.Sequence))).Order()
            .Append($"next {(kept.Length == 0 ? null : kept.Max() + 1)}"));

        static bool IsAbandoned(JournalRecord record, JournalRecord plan) => record.Entry is JournalEntry.Abandoned abandoned && abandoned.Plan == plan.Sequence;
    }

    private static string Describe(long plan, ulong nonce, IEnumerable<JournalEntry.Signed> attempts, JournalEntry.Mined? mined) =>
        $"plan {plan} nonce {nonce} attempts {string.Join(',', attempts.Select(attempt => $"{attempt.Attempt}={attempt.Hash}"))} mined {mined}";
}
