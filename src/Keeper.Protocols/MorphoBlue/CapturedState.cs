using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>The tables as they were at one moment, and the sums that the contract keeps too.</summary>
/// <param name="Contract">Who is asked for the sums.</param>
internal sealed record CapturedState(CapturedTable<Hash32, MarketRow> Markets, CapturedTable<PositionKey, PositionRow> Positions, Address Contract) : ICapturedState
{
    public int AccountCount => Positions.Count;

    public void Save(SnapshotWriter writer) => SavedState.Write(writer, this);

    /// <summary>The debt of all accounts of a market, and its totals. What is supplied as collateral the contract adds up nowhere.</summary>
    public IReadOnlyList<TotalCheck> Totals()
    {
        var shares = new UInt256[Markets.Count];
        for (var i = 0; i < Positions.Count; i++)
        {
            ref readonly var position = ref Positions[i];
            shares[position.Market] += position.BorrowShares;
        }
        var checks = new List<TotalCheck>();
        for (var i = 0; i < Markets.Count; i++)
        {
            var (id, market, sum) = (Markets.KeyAt(i), Markets[i], shares[i]);
            checks.Add(new($"market {id}", Calls.Market(Contract, id), data => Difference(market, sum, MarketView.Open(data))));
        }
        return checks;
    }

    private static string? Difference(in MarketRow mirrored, UInt256 sum, in MarketView told) =>
        Difference("debt of all accounts", sum, told.BorrowShares)
        ?? Difference("borrowed shares", mirrored.BorrowShares, told.BorrowShares) ?? Difference("borrowed assets", mirrored.BorrowAssets, told.BorrowAssets)
        ?? Difference("supplied shares", mirrored.SupplyShares, told.SupplyShares) ?? Difference("supplied assets", mirrored.SupplyAssets, told.SupplyAssets)
        ?? Difference("fee", mirrored.Fee, told.Fee);

    private static string? Difference(string what, UInt256 mirrored, UInt256 told) =>
        mirrored == told ? null : $"{what}: the mirror holds {mirrored}, the contract {told}: {(told > mirrored ? $"{told - mirrored} is missing" : $"{mirrored - told} is too much")}";
}
