namespace Keeper.Protocols.Oracles;

/// <summary>Where the latest round of a proxy is learned from.</summary>
internal enum RoundSource : byte
{
    /// <summary>Its aggregator was not asked yet what it is; taken as <see cref="Logs"/>.</summary>
    Untold,

    /// <summary>OCR1, OCR2 and their like: the last <c>AnswerUpdated</c> is the latest round.</summary>
    Logs,

    /// <summary>
    /// A DualAggregator: what a reader sees depends on who he is and on the time (SVR holds rounds back for a cutoff, others do not see a secondary round in its own
    /// block). Its logs tell only when to ask the proxy, and passing time does too: it is polled.
    /// </summary>
    Delayed,

    /// <summary>
    /// An uptime feed. It counts since when the status holds, which stands in no argument that all kinds of such feeds agree on: its logs tell only when to ask.
    /// </summary>
    Status,
}
