using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;

namespace Keeper.Host.Ledger;

/// <summary>One plan for people: a line of what became of it, its intent, then each record as it was written.</summary>
internal static class PlanText
{
    public static void Write(TextWriter writer, PlanHistory plan)
    {
        writer.WriteLine($"plan {plan.Plan}: nonce {plan.Intent.Nonce} of {plan.Intent.Key}, {State(plan)}");
        foreach (var record in plan.Records)
        {
            var (first, others) = Lines(plan, record.Entry);
            writer.WriteLine($"  {LedgerText.Utc(record.WrittenAt)}  {first}");
            foreach (var line in others) writer.WriteLine($"      {line}");
        }
        writer.WriteLine();
    }

    public static string State(PlanHistory plan) => plan switch
    {
        { ReopenedAs: { } later } => $"settled, but taken out of the chain by a reorg: plan {later} took it up again",
        { Settled: not null } => "settled",
        { End: not null } => "abandoned",
        { Mined: { } mined } => $"open: mined in block {mined.BlockNumber}, not settled yet",
        _ => "open: not mined yet",
    };

    private static (string First, IEnumerable<string> Others) Lines(PlanHistory plan, JournalEntry entry) => entry switch
    {
        JournalEntry.Intended intended => (
            $"intended   on block {intended.Basis.Number} {intended.Basis.Hash}{(intended.FromHint ? " and an oracle's log ahead of its block" : "")}{(intended.Behind is { } update ? $", to follow the pending price update {update}" : "")}",
            [
                $"expected reward {LedgerText.Exact(intended.ExpectedReward)} USD, at most {intended.MaxPricePerGas} wei for a unit of gas, gas limit {intended.GasLimit}, until {LedgerText.BlockTime(intended.Deadline)}",
                .. intended.Items.Select(item => $"{ForeignText.Clean(item.Account)}  {ForeignText.Clean(item.What)}"),
            ]),
        JournalEntry.Signed signed => ($"signed     {signed.Hash} attempt {signed.Attempt}{(signed.IsCancel ? ", a cancellation" : "")}, nonce {signed.Nonce}, {Fees(signed.Fees)}{(signed.PrivateUntil is { } last ? $", private up to block {last}" : "")}", []),
        JournalEntry.Broadcast broadcast => ($"broadcast  {broadcast.Hash} {Answer(broadcast.Answer)}", []),
        JournalEntry.Mined mined => (
            $"mined      {mined.Hash} in block {mined.BlockNumber} {mined.BlockHash}{(mined.BlockTime is { } time ? " of " + LedgerText.BlockTime(time) : "")}, {(mined.Succeeded ? "succeeded" : "reverted")}",
            [$"{mined.GasUsed} gas at {mined.EffectiveGasPrice} wei{(mined.L1Fee is { } below ? $" and {below} wei for the layer below" : "")}: fee {mined.Fee} wei{(mined.CoinPrice is { } price ? $", {LedgerText.Exact(price)} USD a coin by {Source(mined.CoinPriceSource)}" : "")}"]),
        JournalEntry.Settled settled => ($"settled    {settled.Hash}", [.. settled.Outcomes.Select(OutcomeText.Of), .. (settled.Paid ?? []).Select(Paid), .. (settled.Moved ?? []).Select(Moved)]),
        JournalEntry.Unknown unknown => ($"{ForeignText.Clean(unknown.Kind)}, which a newer keeper wrote", []),
        JournalEntry.Abandoned abandoned => ($"abandoned  {ForeignText.Clean(abandoned.Reason)}", []),
        _ => throw new InvalidOperationException($"Plan {plan.Plan} has an entry without a text."),
    };

    private static string Paid(PaidToken paid) =>
        $"paid {Amount(paid.Amount, paid.Decimals)} {ForeignText.Clean(paid.Symbol)}{(paid.Symbol is null ? "" : " ")}({paid.Token})" +
        (paid.Value is { } value ? $", {LedgerText.Exact(value)} USD by {Source(paid.PriceSource)}" : ", value not known");

    private static string Moved(MovedToken moved) =>
        $"moved {Amount(moved.In, moved.Decimals)} in and {Amount(moved.Out, moved.Decimals)} out, {ForeignText.Clean(moved.Symbol)}{(moved.Symbol is null ? "" : " ")}({moved.Token})";

    private static string Amount(UInt256 amount, int? decimals) => decimals is { } known ? LedgerText.Exact(amount, known) : $"{amount} of the smallest unit";

    private static string Source(string? source) => ForeignText.Clean(source ?? "a source that is not told");

    private static string Fees(Fees fees) =>
        fees.IsLegacy ? $"gas price {fees.MaxFeePerGas} wei" : $"at most {fees.MaxFeePerGas} wei with a tip of {fees.MaxPriorityFeePerGas} wei for a unit of gas";

    private static string Answer(SendError answer) => answer switch
    {
        SendError.None => "accepted",
        SendError.Ambiguous => "no usable answer: counts as accepted",
        _ => Label.Of(answer),
    };
}
