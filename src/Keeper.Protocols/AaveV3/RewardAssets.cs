using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;

namespace Keeper.Protocols.AaveV3;

/// <summary>The assets that rewards are paid in: those that debts are paid in, at the oracle's prices.</summary>
internal sealed class RewardAssets(AaveState state, AavePrices prices, CapitalOptions capital)
{
    private static readonly UInt256 Dollar = 100_000_000UL;
    private readonly Address[] _assets = [.. capital.DebtTokens];

    public IReadOnlyList<RewardToken> All => [.. _assets.Select(Of).OfType<RewardToken>()];

    /// <summary>Null for an asset that is not among them, that is not listed, or whose price is not known.</summary>
    public RewardToken? Of(Address asset)
    {
        if (!_assets.Contains(asset) || !state.Reserves.TryGet(asset, out var row) || !row.Known || prices.Of(asset) is not { } price) return null;
        var units = UInt256.MulDivDown(AaveMath.Unit(row.Terms.Decimals), Dollar, price);
        return new(asset, units.IsZero ? UInt256.One : units, Decimals: row.Terms.Decimals, PriceSource: "AaveOracle");
    }
}
