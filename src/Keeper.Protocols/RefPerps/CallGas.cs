using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>
/// Gas limits of the planned calls. Figures are what Anvil estimates, each call a transaction of its own with everything cold,
/// over accounts of 1 to 16 markets, schedules of 1 and 12 tiers, and 10 and 70 rounds of bisection (GasLimitTests).
/// </summary>
internal static class CallGas
{
    private const ulong Call = 180_000; // a keeper that held no quote token, an insurance fund that was empty
    private const ulong Market = 53_000; // its feed, its sync and event, its part of E and R
    private const ulong Tier = 2_700; // of a market's schedule, read from storage
    private const ulong Round = 1_450; // of the bisection for the minimal close
    private const ulong RoundTier = 780; // the schedule is walked in each round
    private const ulong Sequencer = 15_000;
    private const ulong SequencerMarket = 4_000;

    /// <summary>
    /// What a call with this limit is likely to use: in a batch the exchange is warm, and no bound of the limit is reached at once.
    /// Measured: 124,000 of 385,000 among twenty, up to 232,000 alone.
    /// </summary>
    public static Gas Expected(Gas limit) => new(limit.Value / 2);

    /// <summary>Of <c>resolveBadDebt</c>: four words and as many events, whatever the account.</summary>
    public static Gas Resolving => new(80_000);

    /// <summary>Of liquidating a position of the account as it is; the bisection is counted even where a full close needs none, since the mode can change until inclusion.</summary>
    public static Gas Liquidating(WorkingAccount account, WorkingPosition position)
    {
        var rounds = (ulong)UInt256.DivUp(position.Size.Abs, position.Terms.Lot).BitLength + 1;
        var gas = Call + rounds * (Round + RoundTier * (ulong)position.Tiers) + (account.HasSequencer ? Sequencer : 0);
        foreach (var open in account.Positions) gas += Market + Tier * (ulong)open.Tiers + (account.HasSequencer ? SequencerMarket : 0);
        return new(gas + gas * 15 / 100);
    }
}
