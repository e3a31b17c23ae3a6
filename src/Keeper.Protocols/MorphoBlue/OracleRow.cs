using Keeper.Core.Primitives;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>How a market's oracle is followed.</summary>
internal enum OracleForm : byte
{
    /// <summary>It was not asked yet what it is made of.</summary>
    Untold,

    /// <summary>Its price is made of feeds that tell theirs by logs (and of exchange rates that are polled).</summary>
    Composed,

    /// <summary>Something else: its price is what it said when it was last asked.</summary>
    Opaque,
}

/// <summary>An oracle: what <c>price()</c> returns, and where that comes from.</summary>
/// <param name="Revision">As in <see cref="MarketRow"/>.</param>
/// <param name="Legs">While it is <see cref="OracleForm.Untold"/>.</param>
/// <param name="Node">Of the price graph; good while <see cref="OracleForm.Composed"/>.</param>
/// <param name="IsProven">The composition has given what the oracle said: until then the oracle is believed, and from then on the composition.</param>
/// <param name="IsDoubted">It was not compared yet, or did not give what a poll said, which may be of an earlier block: the oracle must be asked at the mirror's block.</param>
/// <param name="Known">False until it was asked, and while it reverts.</param>
/// <param name="AsOf">The block that the price is of, as it was last asked.</param>
/// <param name="IsOld">As in <see cref="PolledRow"/>.</param>
/// <param name="IsAsked">It was asked; from then on it is asked again by polls alone, which nothing waits for.</param>
/// <param name="Refusals">How often in a row no node has run it to its end: it takes all gas, and time that others need.</param>
internal readonly record struct OracleRow(long Revision, OracleForm Form, OracleLegs? Legs, int Node, bool IsProven, bool IsDoubted, bool Known, UInt256 Price, AsOf AsOf, bool IsOld, bool IsAsked, int Refusals)
{
    /// <summary>Blocks between two questions to one that takes all gas.</summary>
    private const int LongestPause = 64;

    public bool IsToBeAsked(ulong block) => Refusals == 0 || block % (ulong)Math.Min(LongestPause, 1 << Math.Min(Refusals, 16)) == 0;
}
