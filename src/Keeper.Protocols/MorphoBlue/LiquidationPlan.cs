using System.Globalization;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>
/// The call that closes an account. Morpho has no close factor: all of the debt, or all of the collateral where that is worth less, and the rest is written off. What is left
/// over by <see cref="LoanTokenOptions.MaxRepay"/> or <see cref="SwapRoute.MaxRepay"/> waits for the next plan. What cannot be paid for is tried by a half, a quarter, an eighth of the collateral.
/// </summary>
internal sealed class LiquidationPlan(MorphoState state, Health health, OraclePrices prices, LoanTokens tokens, CapitalOptions capital, Address contract)
{
    private const int Halvings = 3;

    /// <summary>Empty where the contract would refuse, or where there is no price of the loan token, no way to sell the collateral, or nothing to get.</summary>
    /// <param name="refused">Amounts that could not be paid for, each half of the one before; begun anew where there are no more.</param>
    public IReadOnlyList<LiquidationCall> Of(int account, ulong timestamp, int refused = 0)
    {
        if (health.Evaluate(account, timestamp).Kind != VerdictKind.Liquidatable) return [];
        var position = state.Positions[account];
        var terms = state.Markets[position.Market].Params!;
        if (tokens.Find(terms.LoanToken) is not { } token || capital.TermsOf(terms.CollateralToken, terms.LoanToken) is not { } payment) return [];
        var halvings = refused % (Halvings + 1);
        if (Choose(position, timestamp, out var price, halvings) is not var (amounts, isByShares)) return [];

        var worth = MorphoMath.MulDivDown(amounts.SeizedAssets, price, MorphoMath.PriceScale);
        var reward = capital.ProfitOf(terms.CollateralToken, terms.LoanToken, worth, amounts.RepaidAssets);
        var market = new MorphoMarket(terms.LoanToken, terms.CollateralToken, terms.Oracle, terms.Irm, terms.Lltv);
        var borrower = state.Positions.KeyAt(account).Borrower;
        var data = CapitalCalls.LiquidateMorpho(
            contract, market, borrower, isByShares ? UInt256.Zero : amounts.SeizedAssets, isByShares ? amounts.RepaidShares : UInt256.Zero, payment);
        var what = string.Create(CultureInfo.InvariantCulture, $"repay {amounts.RepaidAssets} of {terms.LoanToken} for {amounts.SeizedAssets} of {terms.CollateralToken}");
        return [new(capital.Liquidator, data, CallGas.Limit(payment), CallGas.Expected(payment), token, reward, what) { ReturnsReward = true, HasAlternative = halvings < Halvings }];
    }

    /// <summary>
    /// By shares where the collateral covers the debt, and by collateral where it does not. Interest that accrues until inclusion moves an account from the first to the second and never
    /// back, and the second stays right as it goes on: it comes first.
    /// </summary>
    internal (Amounts Amounts, bool IsByShares)? Choose(in PositionRow position, ulong timestamp, out UInt256 price, int halvings = 0)
    {
        var quote = health.QuoteOf(position.Market, timestamp);
        if (prices.Of(position.Market, timestamp, out price) != PriceFault.None || position.Collateral.IsZero) return null;
        var terms = state.Markets[position.Market].Params!;
        var incentive = MorphoMath.Incentive(terms.Lltv);
        var all = Amounts.OfCollateral(quote, position, price, incentive, position.Collateral) is { } seized ? (seized, false)
            : Amounts.OfShares(quote, position, price, incentive, position.BorrowShares) is { } repaid ? (repaid, true)
            : default((Amounts Amounts, bool)?);
        var most = tokens.MaxRepayOf(terms.LoanToken, capital, terms.CollateralToken);
        if (all is { } full && full.Amounts.RepaidAssets > most)
        {
            var shares = MorphoMath.ToSharesDown(most, quote.BorrowAssets, quote.BorrowShares);
            all = !shares.IsZero && Amounts.OfShares(quote, position, price, incentive, shares) is { } part ? (part, true) : null;
        }
        if (halvings == 0 || all is not { } whole) return all;
        return (whole.Amounts.SeizedAssets >> halvings) is { IsZero: false } seize && Amounts.OfCollateral(quote, position, price, incentive, seize) is { } less ? (less, false) : null;
    }
}
