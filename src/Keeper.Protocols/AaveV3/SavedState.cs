using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <summary>
/// The state as a snapshot holds it: balances, flags and categories of users, which logs alone tell, and the tokens whose logs they were. Indexes, parameters and prices are
/// not in it, since they are read from their contracts after every start. Balances stand with their user, by reserve, so that equal states are equal bytes.
/// </summary>
internal static class SavedState
{
    /// <summary>Of the form below.</summary>
    public const ulong Version = 2;

    public static void Write(SnapshotWriter writer, CapturedState state)
    {
        writer.Count(state.Unread == GlobalRow.AllRead ? 0 : state.Unread + 1);
        writer.Count(state.Reserves.Count);
        for (var i = 0; i < state.Reserves.Count; i++)
        {
            writer.Address(state.Reserves.KeyAt(i));
            writer.Address(state.Reserves[i].AToken);
            writer.Address(state.Reserves[i].DebtToken);
            writer.Address(state.Reserves[i].StableToken);
        }
        writer.Count(state.Categories.Count);
        for (var i = 0; i < state.Categories.Count; i++) writer.Byte(state.Categories.KeyAt(i));
        writer.Count(state.Users.Count);
        var held = new List<BalanceRow>();
        for (var i = 0; i < state.Users.Count; i++)
        {
            ref readonly var user = ref state.Users[i];
            writer.Address(state.Users.KeyAt(i));
            writer.Byte(user.EMode);
            writer.Byte(user.HasStableDebt ? (byte)1 : (byte)0);
            held.Clear();
            for (var at = user.First; at != UserRow.None; at = state.Balances[at].Next)
                if (state.Balances[at] is { Supply.IsZero: false } or { Debt.IsZero: false } or { IsCollateral: true }) held.Add(state.Balances[at]);
            held.Sort((a, b) => a.Reserve.CompareTo(b.Reserve));
            writer.Count(held.Count);
            foreach (var balance in held)
            {
                writer.Count(balance.Reserve);
                writer.Unsigned(balance.Supply);
                writer.Unsigned(balance.Debt);
                writer.Byte(balance.IsCollateral ? (byte)1 : (byte)0);
            }
        }
    }

    /// <exception cref="SnapshotException">It is not what <see cref="Write"/> writes.</exception>
    public static void Read(ref SnapshotReader reader, AaveState state)
    {
        var unread = reader.Number();
        for (var left = reader.Count(bytesEach: 4 * Address.Size); left > 0; left--)
        {
            var (asset, aToken, debtToken, stableToken) = (reader.Address(), reader.Address(), reader.Address(), reader.Address());
            if (state.Reserves.TryFind(asset, out _)) throw Damaged($"Reserve {asset} is there twice.");
            state.List(asset, aToken, debtToken, stableToken);
        }
        for (var left = reader.Count(bytesEach: 1); left > 0; left--) state.SetCategory(reader.Byte(), default);
        for (var left = reader.Count(bytesEach: Address.Size + 3); left > 0; left--) ReadUser(ref reader, state);
        if (!state.Users.Index() || !state.Balances.Index()) throw Damaged("A user is there twice.");
        if (unread > (ulong)state.Users.Count + 1) throw Damaged($"The user {unread - 1} is to be read next, of {state.Users.Count}.");
        state.SetGlobals(state.Globals with { Unread = unread == 0 ? GlobalRow.AllRead : (int)unread - 1 });
    }

    private static void ReadUser(ref SnapshotReader reader, AaveState state)
    {
        var user = state.Users.Count;
        var (address, emode, hasStableDebt) = (reader.Address(), reader.Byte(), Flag(reader.Byte()));
        var (first, before, debts) = (UserRow.None, -1, 0);
        for (var left = reader.Count(bytesEach: 4); left > 0; left--)
        {
            var reserve = reader.Number();
            if (reserve >= (ulong)state.Reserves.Count || (int)reserve <= before) throw Damaged($"The balances of {address} are of reserves that are not there, or out of order.");
            before = (int)reserve;
            var (supply, debt, isCollateral) = (reader.Unsigned(), reader.Unsigned(), Flag(reader.Byte()));
            if (supply.IsZero && debt.IsZero && !isCollateral) throw Damaged($"{address} has a balance of nothing.");
            if (!debt.IsZero) debts++;
            first = state.Balances.Append(new(user, before), new(before, first, supply, debt, isCollateral));
        }
        state.Users.Append(address, new(emode, first, debts, hasStableDebt));
    }

    private static bool Flag(byte value) => value <= 1 ? value == 1 : throw Damaged($"A flag is {value}.");

    private static SnapshotException Damaged(string what) => new(SnapshotFault.Damaged, what);
}
