using Keeper.Core.Chain;
using Keeper.Core.Journal;

namespace Keeper.Host.Ledger;

/// <summary>A record that belongs to no plan, as one line between the plans.</summary>
internal static class EventText
{
    /// <summary>Null for what has a verb of its own, or is not known.</summary>
    public static string? Of(JournalRecord record) => record.Entry switch
    {
        JournalEntry.BreakerChanged breaker => $"{LedgerText.Utc(record.WrittenAt)}  breaker {ForeignText.Clean(breaker.Breaker)}{(breaker.Protocol is { } protocol ? $" of {ForeignText.Clean(protocol)}" : "")} {(breaker.IsOpen ? "opened" : "closed")} " +
            $"{(breaker.IsManual ? "by an operator" : "of itself")} at block time {LedgerText.BlockTime(breaker.At)}: {ForeignText.Clean(breaker.Reason)}",
        JournalEntry.Adopted adopted => $"{LedgerText.Utc(record.WrittenAt)}  nonces of {adopted.Key} below {adopted.NextNonce} adopted: {ForeignText.Clean(adopted.Reason)}",
        _ => null,
    };
}
