using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.AaveV3;

/// <summary>Judges accounts in the pool's integers (GenericLogic.sol). Reserves are quoted once for each state and time.</summary>
internal sealed class Health(AaveState state, AavePrices prices)
{
    private readonly List<BalanceRow> _balances = [];
    private ReserveQuote[] _quotes = [];
    private ((long, long) Revision, ulong Timestamp)? _quotedFor;

    public Profile? Profile => state.Globals.Profile;

    public Verdict Evaluate(int account, ulong timestamp)
    {
        ref readonly var user = ref state.Users[account];
        var hasStableDebt = state.HasStableDebt(account);
        if (user.Debts == 0 && !hasStableDebt) return Verdict.Empty;
        if (hasStableDebt || !state.IsRead(account) || Of(account, timestamp) is not { } data) return new(VerdictKind.PriceUnusable, Int256.Zero, UInt256.Zero);
        var kind = data.HealthFactor >= AaveMath.Wad ? VerdictKind.Healthy
            : data.Collateral.IsZero ? VerdictKind.BadDebt
            // The contract lets nobody act on what is paused, in its grace period or behind a sequencer that was down.
            : MayLiquidate(data) && AnyPair(account, timestamp) ? VerdictKind.Liquidatable : VerdictKind.Healthy;
        return new(kind, (Int256)(data.Weighted / AaveMath.Percent), data.Debt);
    }

    /// <summary>What <c>getUserAccountData</c> would return in a block with this timestamp; null where it would revert for a price, or something was not read yet.</summary>
    public AccountData? Of(int account, ulong timestamp)
    {
        _balances.Clear();
        return Of(Capture(account, _balances), Quotes(timestamp), prices.Of);
    }

    /// <summary>The account apart from the state, which may move on.</summary>
    public CapturedAccount Capture(int account) => Capture(account, []);

    private CapturedAccount Capture(int account, List<BalanceRow> balances)
    {
        for (var at = state.Users[account].First; at != UserRow.None; at = state.Balances[at].Next) balances.Add(state.Balances[at]);
        var emode = state.Users[account].EMode;
        return new(Profile, emode, state.Categories.TryGet(emode, out var category) ? category : null, balances);
    }

    /// <param name="priceOf">By the asset; null where there is none.</param>
    public static AccountData? Of(CapturedAccount account, ReadOnlySpan<ReserveQuote> quotes, Func<Address, UInt256?> priceOf)
    {
        if (account.Profile is not { } profile || !TryCategory(account, priceOf, out var category, out var substitute)) return null;
        var emode = account.EMode;
        var (collateral, debt, weighted) = (UInt256.Zero, UInt256.Zero, UInt256.Zero);
        foreach (var balance in account.Balances)
        {
            if (!balance.IsCollateral && balance.Debt.IsZero) continue;
            ref readonly var quote = ref quotes[balance.Reserve];
            var isIn = IsIn(profile, emode, category, quote);
            if (!quote.IsKnown || (isIn && substitute is not null ? substitute : quote.Price) is not { } price) return null;
            if (balance.IsCollateral && !(profile.NeedsThreshold && quote.Terms.Threshold.IsZero))
            {
                var value = AaveMath.MulDivDown(SupplyOf(profile, balance, quote), price, quote.Unit);
                collateral += value;
                weighted += value * (isIn ? category.Threshold : quote.Terms.Threshold);
            }
            if (balance.Debt.IsZero) continue;
            var owed = DebtOf(profile, balance, quote);
            debt += profile.IsFirst ? AaveMath.MulDivDown(owed, price, quote.Unit) : AaveMath.MulDivUp(owed, price, quote.Unit);
        }
        var threshold = collateral.IsZero ? UInt256.Zero : weighted / collateral;
        var factor = debt.IsZero ? UInt256.MaxValue
            : profile.IsFirst ? AaveMath.WadDivHalfUp(AaveMath.PercentMulHalfUp(collateral, threshold), debt)
            : AaveMath.WadDivHalfUp(weighted, debt) / AaveMath.Percent;
        return new(collateral, debt, threshold, factor, weighted);
    }

    /// <summary>Every reserve in a block with this timestamp, by its row. Good until the state changes.</summary>
    public ReadOnlySpan<ReserveQuote> Quotes(ulong timestamp)
    {
        if (_quotedFor == (state.Revision, timestamp)) return _quotes;
        if (_quotes.Length != state.Reserves.Count) _quotes = new ReserveQuote[state.Reserves.Count];
        for (var reserve = 0; reserve < _quotes.Length; reserve++)
            _quotes[reserve] = Profile is { } profile ? ReserveQuote.Of(profile, state.Reserves[reserve], prices.Of(state.Reserves.KeyAt(reserve)), timestamp) : default;
        _quotedFor = (state.Revision, timestamp);
        return _quotes;
    }

    /// <summary>A reserve at another time than that of the other quotes.</summary>
    public ReserveQuote Accrued(int reserve, ulong timestamp) => ReserveQuote.Of(Profile!, state.Reserves[reserve], null, timestamp);

    /// <summary>The category of a user, and the price that stands for those of its reserves (3.0).</summary>
    /// <returns>False where it was not read yet, or its price is not known.</returns>
    public static bool TryCategory(CapturedAccount account, Func<Address, UInt256?> priceOf, out CategoryRow category, out UInt256? price)
    {
        (category, price) = (default, null);
        if (account.EMode == 0) return true;
        if (account.Category is not { Known: true } known) return false;
        category = known;
        if (category.PriceSource.IsZero) return true;
        price = priceOf(category.PriceSource);
        return price is not null;
    }

    /// <summary>Whether a reserve's collateral counts by the user's category.</summary>
    public static bool IsIn(Profile profile, byte user, in CategoryRow category, in ReserveQuote quote) =>
        user != 0 && (profile.IsFirst ? quote.Terms.Category == user : !((category.Bitmap >> quote.Id) & UInt256.One).IsZero);

    public static UInt256 SupplyOf(Profile profile, in BalanceRow balance, in ReserveQuote quote) =>
        profile.IsFirst ? AaveMath.RayMulHalfUp(balance.Supply, quote.LiquidityIndex) : AaveMath.MulDivDown(balance.Supply, quote.LiquidityIndex, AaveMath.Ray);

    public static UInt256 DebtOf(Profile profile, in BalanceRow balance, in ReserveQuote quote) =>
        profile.IsFirst ? AaveMath.RayMulHalfUp(balance.Debt, quote.DebtIndex) : AaveMath.MulDivUp(balance.Debt, quote.DebtIndex, AaveMath.Ray);

    /// <summary>Until 3.6 a sentinel that says no, or does not answer, forbids what is not far below its threshold.</summary>
    public bool MayLiquidate(in AccountData data)
    {
        if (Profile is not { HasSentinel: true }) return true;
        if (!state.Globals.SentinelKnown) return false;
        return state.Globals.Sentinel == UserRow.None || data.HealthFactor < AaveMath.Wad / 100UL * 95UL
            || state.Oracles.Polled[state.Globals.Sentinel] is { IsUsable: true, Word.IsZero: false };
    }

    /// <summary>Whether some debt may be paid for some collateral: both reserves open.</summary>
    private bool AnyPair(int account, ulong timestamp)
    {
        var quotes = Quotes(timestamp);
        var (collateral, debt) = (false, false);
        for (var at = state.Users[account].First; at != UserRow.None; at = state.Balances[at].Next)
        {
            ref readonly var balance = ref state.Balances[at];
            ref readonly var quote = ref quotes[balance.Reserve];
            collateral |= quote.IsOpen && Liquidation.IsSeizable(Profile!, balance, quote);
            debt |= quote.IsOpen && !balance.Debt.IsZero;
        }
        return collateral && debt;
    }
}
