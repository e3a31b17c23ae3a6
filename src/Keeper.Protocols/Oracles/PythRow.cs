namespace Keeper.Protocols.Oracles;

/// <summary>What <c>getPriceUnsafe(id)</c> returns: price and confidence times 10^<paramref name="Exponent"/>.</summary>
/// <param name="Revision">As in <see cref="FeedRow"/>.</param>
/// <param name="Known">False until it was read, and again when it must be.</param>
/// <param name="Exponent">As of the last reading: no log tells it.</param>
/// <param name="PublishTime">Seconds.</param>
internal readonly record struct PythRow(long Revision, bool Known, long Price, ulong Confidence, int Exponent, ulong PublishTime);
