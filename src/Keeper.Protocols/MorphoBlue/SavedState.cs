using Keeper.Core.Chain;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>
/// The state as a snapshot holds it: what Morpho's logs have told. Parameters, times of last updates, rates and prices are not in it, since they are read from their contracts after
/// every start.
/// </summary>
internal static class SavedState
{
    /// <summary>Of the form below, below <see cref="VersionBits"/>.</summary>
    private const ulong Version = 1;
    private const int VersionBits = 8;

    /// <summary>The form and the markets: the history of a market that was added is in no earlier state, so that this protocol's alone is read again.</summary>
    public static ulong VersionOf(IEnumerable<Hash32> markets, Keccak256 hash) =>
        hash(markets.Order().SelectMany(id => id.ToArray()).ToArray()).Word.Limb(0) << VersionBits | Version;

    public static void Write(SnapshotWriter writer, CapturedState state)
    {
        writer.Count(state.Markets.Count);
        for (var i = 0; i < state.Markets.Count; i++)
        {
            ref readonly var market = ref state.Markets[i];
            writer.Hash(state.Markets.KeyAt(i));
            writer.Unsigned(market.SupplyAssets);
            writer.Unsigned(market.SupplyShares);
            writer.Unsigned(market.BorrowAssets);
            writer.Unsigned(market.BorrowShares);
            writer.Unsigned(market.Fee);
        }
        writer.Count(state.Positions.Count);
        for (var i = 0; i < state.Positions.Count; i++)
        {
            ref readonly var position = ref state.Positions[i];
            writer.Count(position.Market);
            writer.Address(state.Positions.KeyAt(i).Borrower);
            writer.Unsigned(position.BorrowShares);
            writer.Unsigned(position.Collateral);
        }
    }

    /// <exception cref="SnapshotException">It is not what <see cref="Write"/> writes, or it is of other markets than are configured: the history of one that was added is not in it.</exception>
    public static void Read(ref SnapshotReader reader, MorphoState state)
    {
        var count = reader.Count(bytesEach: Hash32.Size + 5);
        if (count != state.Markets.Count) throw Damaged($"It holds {count} markets, and {state.Markets.Count} are configured.");
        // They are configured in any order.
        var rows = new int[count];
        var seen = new HashSet<int>();
        for (var i = 0; i < count; i++)
        {
            var id = reader.Hash();
            if (!state.Markets.TryFind(id, out rows[i]) || !seen.Add(rows[i])) throw Damaged($"It holds market {id}, which is not configured, or twice.");
            state.Set(rows[i], state.Markets[rows[i]] with
            {
                SupplyAssets = reader.Unsigned(), SupplyShares = reader.Unsigned(), BorrowAssets = reader.Unsigned(), BorrowShares = reader.Unsigned(), Fee = reader.Unsigned(),
            });
        }
        for (var left = reader.Count(bytesEach: 3 + Address.Size); left > 0; left--)
        {
            var market = reader.Number();
            if (market >= (ulong)count) throw Damaged("An account is of a market that is not there.");
            state.Positions.Append(new(rows[market], reader.Address()), new(rows[market], reader.Unsigned(), reader.Unsigned()));
        }
        if (!state.Positions.Index()) throw Damaged("An account is there twice.");
    }

    private static SnapshotException Damaged(string what) => new(SnapshotFault.Damaged, what);
}
