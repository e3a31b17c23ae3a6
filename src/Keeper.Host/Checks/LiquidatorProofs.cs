using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Contracts;

namespace Keeper.Host.Checks;

/// <summary>That each liquidator is the contract of this build, serves this executor, and is allowed what protocols will want of it.</summary>
/// <param name="executorOwner">Whose the liquidator should be too.</param>
/// <param name="treasury">The executor's.</param>
internal sealed class LiquidatorProofs(IReadOnlyList<ProtocolSettings> protocols, Address executor, Address executorOwner, Address treasury, IChainClient client, BlockId at)
{
    public async Task<IReadOnlyList<Proof>> RunAsync(CancellationToken cancellation)
    {
        var proofs = new List<Proof>();
        foreach (var wants in LiquidatorWants.Of(protocols)) proofs.AddRange(await ProveAsync(wants, cancellation));
        return proofs;
    }

    private async Task<IReadOnlyList<Proof>> ProveAsync(LiquidatorWants wants, CancellationToken cancellation)
    {
        var field = $"protocols/{wants.Protocols[0]}.json: capital.liquidator";
        var match = Artifact.Load(Artifact.LiquidatorName).Compare((await client.GetCodeAsync(wants.Liquidator, at, cancellation)).Span);
        if (!match.IsSame) return [Proof.Wrong(field, $"is {wants.Liquidator}, which {match.Difference}", "the CollateralLiquidator of this build (`keeper executor deploy`)")];
        LiquidatorState state;
        IReadOnlyList<bool> budgets;
        try
        {
            state = await LiquidatorContract.ReadAsync(client, wants.Liquidator, [.. wants.Grants.Select(want => want.Grant)], [.. wants.Routes.Select(route => (route.From, route.To))], at, cancellation);
            budgets = [.. wants.Budgets.Zip(await LiquidatorContract.ReadBudgetsAsync(client, wants.Liquidator, wants.Budgets, at, cancellation), (budget, given) => given.Covers(budget))];
        }
        catch (AbiException error)
        {
            return [Proof.Wrong(field, $"is {wants.Liquidator}, which does not answer as a liquidator: {error.Message}", "the address of a CollateralLiquidator")];
        }
        return
        [
            Proof.Ok(field, $"holds the code of this build's {Artifact.LiquidatorName}"),
            state.Executor == executor ? Proof.Ok(field, $"serves the executor {executor}") : Proof.Wrong(field, $"serves the executor {state.Executor}", $"one that serves {executor}"),
            state.Treasury == treasury ? Proof.Ok(field, $"sweeps to {treasury}") : Proof.Wrong(field, $"sweeps to {state.Treasury}, the executor pays profit to {treasury}", "one treasury"),
            state.Owner == executorOwner ? Proof.Ok(field, $"has the owner {state.Owner}") : Proof.Warning(field, $"has the owner {state.Owner}, the executor's is {executorOwner}", "one cold owner"),
            .. wants.Grants.Zip(state.Given, (want, isGiven) => Judge(field, want.Grant, want.Protocol, isGiven)),
            .. JudgeBudgets(field, wants.Budgets, budgets),
            .. wants.Routes.Zip(state.SlippagePpm, (route, ppm) => ppm < route.CostPpm
                ? Proof.Warning(field, $"takes a sale of {route.From} for {route.To} to lose {ppm} millionths at most, the configuration reckons with {route.CostPpm}", "setMaxSlippage by the owner, or a cheaper route")
                : Proof.Ok(field, $"sells {route.From} for {route.To} at {ppm} millionths below the protocol's price at worst")),
        ];
    }

    /// <summary>One proof for each budget of a venue that is one market. An isolated market lends one token, which the configuration does not name: one of them must be given there.</summary>
    internal static IEnumerable<Proof> JudgeBudgets(string field, IReadOnlyList<LiquidatorBudget> budgets, IReadOnlyList<bool> given) =>
        from entry in budgets.Zip(given, (Budget, IsGiven) => (Budget, IsGiven))
        group entry by (entry.Budget.Venue, entry.Budget.Market, Token: entry.Budget.Market.IsZero ? entry.Budget.Token : default) into market
        let what = $"spend own funds in {string.Join(" or ", market.Select(entry => entry.Budget.Token))} at {market.Key.Venue}{(market.Key.Market.IsZero ? "" : $", market {market.Key.Market}")}{(market.First().Budget.MayHold ? ", and hold what is not sold" : "")}"
        select market.Any(entry => entry.IsGiven) ? Proof.Ok(field, $"may {what}")
            : Proof.Missing(field, $"may not {what}", $"{string.Join(" or ", market.Select(entry => entry.Budget.Call))} by the owner, CAP in the token's smallest unit (`keeper executor set-budget`)");

    private static Proof Judge(string field, LiquidatorGrant grant, string protocol, bool isGiven)
    {
        var (what, call) = grant switch
        {
            LiquidatorGrant.Market(var venue, var id) => (id.IsZero ? $"liquidate on {protocol}" : $"liquidate in market {id} of {protocol}", $"allowMarket({venue}, {id}, true)"),
            LiquidatorGrant.Swapper(var swapper) => ($"sell by {swapper}", $"allowSwapper({swapper}, true)"),
            _ => throw new InvalidOperationException("There is no other grant."),
        };
        return isGiven ? Proof.Ok(field, $"may {what}") : Proof.Missing(field, $"may not {what}", $"{call} by the owner");
    }
}
