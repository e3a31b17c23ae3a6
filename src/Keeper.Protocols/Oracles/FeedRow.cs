using Keeper.Core.Primitives;

namespace Keeper.Protocols.Oracles;

/// <summary>A feed, by its proxy: what <c>latestRoundData()</c> of the proxy returns. Times are seconds, saturated at 2^64 - 1, which is in the future whatever the block.</summary>
/// <param name="Revision">Given anew with every write and never twice, so that equal revisions mean equal rows, across undo too.</param>
/// <param name="InUse">Whether its logs are wanted. A row stays when it is left.</param>
/// <param name="Aggregator">Whose logs tell its rounds; zero until read.</param>
/// <param name="RoundKnown">Whether the round is the latest: false until read, and again when something says that it must be read.</param>
/// <param name="Round">phaseId &lt;&lt; 64 | the aggregator's round. A proxy that starts a phase with the aggregator it has moves the phase unseen; no price depends on it.</param>
/// <param name="StartedAt">As of the last reading: the log of a round does not tell it. Only <see cref="RoundSource.Status"/> feeds have it always.</param>
internal readonly record struct FeedRow(
    long Revision, bool InUse, RoundSource Source, Address Aggregator, bool RoundKnown, UInt256 Round, Int256 Answer, ulong StartedAt, ulong UpdatedAt)
{
    /// <summary>Its logs only tell when to ask the proxy.</summary>
    public bool IsAsked => Source is RoundSource.Delayed or RoundSource.Status;
}
