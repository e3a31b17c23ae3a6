using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.AaveV3;

/// <summary>The tables as they were at one moment, and the sums that every token keeps too.</summary>
internal sealed record CapturedState(
    CapturedTable<Address, UserRow> Users, CapturedTable<BalanceKey, BalanceRow> Balances, CapturedTable<Address, ReserveRow> Reserves,
    CapturedTable<byte, CategoryRow> Categories, int Unread) : ICapturedState
{
    public int AccountCount => Users.Count;

    public void Save(SnapshotWriter writer) => SavedState.Write(writer, this);

    /// <summary>The scaled supply of each aToken and of each debt token. None while balances have to be read: their sums differ without anything being wrong.</summary>
    public IReadOnlyList<TotalCheck> Totals()
    {
        if (Unread != GlobalRow.AllRead) return [];
        var (supplies, debts) = (new UInt256[Reserves.Count], new UInt256[Reserves.Count]);
        for (var i = 0; i < Balances.Count; i++)
        {
            ref readonly var balance = ref Balances[i];
            supplies[balance.Reserve] += balance.Supply;
            debts[balance.Reserve] += balance.Debt;
        }
        var checks = new List<TotalCheck>();
        for (var i = 0; i < Reserves.Count; i++)
        {
            var (row, supply, debt) = (Reserves[i], supplies[i], debts[i]);
            if (row.AToken.IsZero) continue;
            checks.Add(new($"scaled supply of reserve {Reserves.KeyAt(i)}", Calls.ScaledTotalSupply(row.AToken), data => Difference(supply, data)));
            checks.Add(new($"scaled debt of reserve {Reserves.KeyAt(i)}", Calls.ScaledTotalSupply(row.DebtToken), data => Difference(debt, data)));
        }
        return checks;
    }

    private static string? Difference(UInt256 mirrored, ReadOnlyMemory<byte> data)
    {
        var told = Decoding.Open(data, words: 1).ReadUInt256();
        return mirrored == told ? null : $"the mirror holds {mirrored}, the contract {told}: {(told > mirrored ? $"{told - mirrored} is missing" : $"{mirrored - told} is too much")}";
    }
}
