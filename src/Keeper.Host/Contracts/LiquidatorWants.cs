using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;

namespace Keeper.Host.Contracts;

/// <summary>What the configured protocols want of one liquidator; several may share it.</summary>
/// <param name="Protocols">Their names.</param>
/// <param name="Grants">Each with the protocol that wants it, for people.</param>
/// <param name="Budgets">Where own funds pay.</param>
/// <param name="Routes">Of the pairs that are sold or bought.</param>
internal sealed record LiquidatorWants(
    Address Liquidator, IReadOnlyList<string> Protocols, IReadOnlyList<(LiquidatorGrant Grant, string Protocol)> Grants,
    IReadOnlyList<LiquidatorBudget> Budgets, IReadOnlyList<SwapRoute> Routes)
{
    public static IReadOnlyList<LiquidatorWants> Of(IEnumerable<ProtocolSettings> protocols) => [.. protocols
        .Where(settings => settings.Options is ICapitalUser)
        .GroupBy(settings => ((ICapitalUser)settings.Options!).Capital.Liquidator)
        .Select(group => new LiquidatorWants(
            group.Key, [.. group.Select(settings => settings.Name)],
            [.. group.SelectMany(GrantsOf).DistinctBy(want => want.Grant)],
            [.. group.SelectMany(BudgetsOf).Distinct()],
            [.. group.SelectMany(settings => ((ICapitalUser)settings.Options!).Capital.Routes).DistinctBy(route => (route.From, route.To))]))];

    private static IEnumerable<LiquidatorBudget> BudgetsOf(ProtocolSettings settings)
    {
        var user = (ICapitalUser)settings.Options!;
        if (user.Capital.Funding == CapitalFunding.Flash) return [];
        return from market in user.CapitalMarkets
               from token in user.Capital.DebtTokens
               select new LiquidatorBudget(settings.Address, market, token, user.Capital.Funding == CapitalFunding.OwnOrHold);
    }

    private static IEnumerable<(LiquidatorGrant Grant, string Protocol)> GrantsOf(ProtocolSettings settings)
    {
        var user = (ICapitalUser)settings.Options!;
        return [
            .. user.CapitalMarkets.Select(market => ((LiquidatorGrant)new LiquidatorGrant.Market(settings.Address, market), settings.Name)),
            .. user.Capital.Routes.Where(route => !route.Swapper.IsZero).Select(route => ((LiquidatorGrant)new LiquidatorGrant.Swapper(route.Swapper), settings.Name)),
        ];
    }
}
