using System.Globalization;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.RefPerps;

/// <summary>The calls that deal with an account, found by trying them on a copy.</summary>
internal sealed class LiquidationPlan(RefPerpsState state, Margin margin, QuoteToken quoteToken, Address contract)
{
    /// <summary>Empty where the contract would refuse.</summary>
    public IReadOnlyList<LiquidationCall> Of(int account, ulong timestamp)
    {
        var token = quoteToken.AsReward;
        var id = state.Accounts.KeyAt(account);
        return margin.Evaluate(account, timestamp).Kind switch
        {
            VerdictKind.Liquidatable => Sequence(id, new(state, margin, account, timestamp), token),
            VerdictKind.BadDebt => [Resolve(id, token)],
            _ => [],
        };
    }

    /// <summary>
    /// Liquidates, at each step, the position that pays most (of equals the one of the lowest market), until E reaches R or
    /// nothing is left. A partial close moves the mark against what remains, so that one position may need a second call;
    /// what would need more is left to the next plan.
    /// </summary>
    private List<LiquidationCall> Sequence(UInt256 id, WorkingAccount working, RewardToken token)
    {
        var calls = new List<LiquidationCall>();
        for (var left = 2 * working.Positions.Count; left > 0 && working.Positions.Count > 0; left--)
        {
            var (equity, requirement) = working.Measure();
            if (equity >= (Int256)requirement) break;
            var best = working.Try(working.Positions[0], equity, requirement);
            for (var i = 1; i < working.Positions.Count; i++)
            {
                var other = working.Try(working.Positions[i], equity, requirement);
                if (other.Reward > best.Reward) best = other;
            }
            calls.Add(Liquidate(id, best, CallGas.Liquidating(working, best.Position), token));
            working.Apply(best);
        }
        if (working.Positions.Count == 0 && working.Quote.IsNegative) calls.Add(Resolve(id, token));
        return calls;
    }

    private LiquidationCall Liquidate(UInt256 id, WorkingAccount.Close close, Gas gas, RewardToken token) => new(
        contract,
        Calls.LiquidatePosition(id, close.Position.Market),
        gas,
        CallGas.Expected(gas),
        token,
        close.Reward,
        string.Create(CultureInfo.InvariantCulture, $"close {Decimal(close.Size)} of market {close.Position.Market}"));

    private LiquidationCall Resolve(UInt256 id, RewardToken token) =>
        new(contract, Calls.ResolveBadDebt(id), CallGas.Resolving, CallGas.Expected(CallGas.Resolving), token, UInt256.Zero, "resolve bad debt");

    /// <summary>An amount at 1e18 in decimal, exactly.</summary>
    private static string Decimal(UInt256 amount)
    {
        var (whole, fraction) = UInt256.DivRem(amount, RefPerpsMath.Wad);
        return fraction.IsZero ? whole.ToString() : $"{whole}.{fraction.ToString().PadLeft(18, '0').TrimEnd('0')}";
    }
}
