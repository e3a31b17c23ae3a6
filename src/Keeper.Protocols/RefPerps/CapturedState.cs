using Keeper.Core.Chain;
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

    /// <summary>Of a start without history; null where all of it was read. Without it an account may be there that no log has named yet, so that sums may lack something.</summary>
    public CapturedTable<(byte Kind, UInt256 Id), bool>? Beginning { get; init; }

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
            Check("number of accounts", Calls.AccountCount(Contract), data => Compare((UInt256)(ulong)Accounts.Count, Decoding.Open(data, words: 1).ReadUInt256())),
            // Debts are in it, so that it may be above what is mirrored, or below.
            Check("total quote", Calls.TotalQuote(Contract), data => Compare(quote, Decoding.Open(data, words: 1).ReadInt256(), isLack: Beginning is not null)),
        };
        for (var i = 0; i < Markets.Count; i++)
        {
            var (id, onLong, onShort) = (Markets.KeyAt(i), longs[i], shorts[i]);
            checks.Add(Check($"open interest of market {id}", Calls.GetMarket(Contract, id), data => OpenInterest(data, onLong, onShort)));
        }
        return checks;
    }

    /// <summary>Where history was not read, what is missing is no fault: it is told as what the mirror lacks.</summary>
    private TotalCheck Check(string what, CallRequest call, Func<ReadOnlyMemory<byte>, (string? Difference, bool IsLack)> compare) => Beginning is null
        ? new(what, call, data => compare(data).Difference)
        : new(what, call, data => compare(data) is (var difference, false) ? difference : null, data => compare(data) is (var difference, true) ? difference : null);

    private static (string? Difference, bool IsLack) OpenInterest(ReadOnlyMemory<byte> data, UInt256 onLong, UInt256 onShort)
    {
        var view = Decoding.Open(data, MarketViewWords);
        for (var passed = 0; passed < MarketViewWords - 2; passed++) view.ReadUInt256();
        var (longs, shorts) = (view.ReadUInt(128), view.ReadUInt(128));
        (string? Difference, bool IsLack)[] sides = [Compare(onLong, longs, "long: "), Compare(onShort, shorts, "short: ")];
        // A side that holds too much is wrong whatever the other lacks.
        return sides.FirstOrDefault(side => side is { Difference: not null, IsLack: false }) is { Difference: not null } wrong ? wrong : sides.FirstOrDefault(side => side.Difference is not null);
    }

    private static (string? Difference, bool IsLack) Compare(UInt256 mirrored, UInt256 told, string prefix = "") =>
        mirrored == told ? default
        : ($"{prefix}the mirror holds {mirrored}, the contract {told}: {(told > mirrored ? $"{told - mirrored} is missing" : $"{mirrored - told} is too much")}", told > mirrored);

    private static (string? Difference, bool IsLack) Compare(Int256 mirrored, Int256 told, bool isLack) =>
        mirrored == told ? default : ($"the mirror holds {mirrored}, the contract {told}", isLack);
}
