using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <summary>Gas of a planned call: a loan, the pool's liquidation, which looks at every reserve of the account, and a sale. Figures are of Anvil with everything cold.</summary>
internal static class CallGas
{
    private const ulong Call = 1_100_000; // loan, liquidation, sale of two hops, repayment
    private const ulong Reserve = 120_000; // a proxy's token, a price behind two contracts, and bad debt that is burned of each

    /// <summary>What a call with this limit is likely to use: no bound of the limit is reached at once.</summary>
    public static Gas Expected(Gas limit) => new(limit.Value / 2);

    public static Gas Liquidating(AaveState state, int account)
    {
        var gas = Call;
        for (var at = state.Users[account].First; at != UserRow.None; at = state.Balances[at].Next)
            if (state.Balances[at] is { IsCollateral: true } or { Debt.IsZero: false }) gas += Reserve;
        return new(gas);
    }
}
