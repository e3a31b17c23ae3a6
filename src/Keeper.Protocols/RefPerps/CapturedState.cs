using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.RefPerps;

/// <summary>The tables as they were at one moment, and the sums that the contract keeps too.</summary>
/// <param name="SequencerFeed">Its proxy; zero where there is none.</param>
/// <param name="Contract">Who is asked for the sums.</param>
internal sealed record CapturedState(
    CapturedTable<UInt256, AccountRow> Accounts, CapturedTable<PositionKey, PositionRow> Positions, CapturedTable<uint, MarketRow> Markets,
    GlobalRow Globals, Address SequencerFeed, Address Contract) : ICapturedState
{
    private const int MarketViewWords = 10;

    public int AccountCount => Accounts.Count;

    public void Save(SnapshotWriter writer) => SavedState.Write(writer, this);

    /// <summary>The number of accounts, the sum of their balances, and open interest by market and side: <c>RefPerpsStorage.sol</c> keeps each of them.</summary>
    public IReadOnlyList<TotalCheck> Totals()
    {
        var quote = Int256.Zero;
        var (longs, shorts) = (new UInt256[Markets.Count], new UInt256[Markets.Count]);
        for (var i = 0; i < Accounts.Count; i++)
        {
            ref readonly var account = ref Accounts[i];
            quote += account.Quote;
            for (var at = account.FirstPosition; at != AccountRow.None; at = Positions[at].Next)
            {
                ref readonly var position = ref Positions[at];
                (position.Size.IsNegative ? shorts : longs)[position.Market] += position.Size.Abs;
            }
        }
        var checks = new List<TotalCheck>
        {
            new("number of accounts", Calls.AccountCount(Contract), data => Difference((UInt256)(ulong)Accounts.Count, Decoding.Open(data, words: 1).ReadUInt256())),
            new("total quote", Calls.TotalQuote(Contract), data => Difference(quote, Decoding.Open(data, words: 1).ReadInt256())),
        };
        for (var i = 0; i < Markets.Count; i++)
        {
            var (id, onLong, onShort) = (Markets.KeyAt(i), longs[i], shorts[i]);
            checks.Add(new($"open interest of market {id}", Calls.GetMarket(Contract, id), data => OpenInterest(data, onLong, onShort)));
        }
        return checks;
    }

    private static string? OpenInterest(ReadOnlyMemory<byte> data, UInt256 onLong, UInt256 onShort)
    {
        var view = Decoding.Open(data, MarketViewWords);
        for (var passed = 0; passed < MarketViewWords - 2; passed++) view.ReadUInt256();
        var (longs, shorts) = (view.ReadUInt(128), view.ReadUInt(128));
        return Difference(onLong, longs) is { } difference ? $"long: {difference}" : Difference(onShort, shorts) is { } other ? $"short: {other}" : null;
    }

    private static string? Difference(UInt256 mirrored, UInt256 told) =>
        mirrored == told ? null : $"the mirror holds {mirrored}, the contract {told}: {(told > mirrored ? $"{told - mirrored} is missing" : $"{mirrored - told} is too much")}";

    private static string? Difference(Int256 mirrored, Int256 told) =>
        mirrored == told ? null : $"the mirror holds {mirrored}, the contract {told}";
}
