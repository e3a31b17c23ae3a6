using Keeper.Core.Primitives;

namespace Keeper.Host.Demo;

/// <summary>One who borrows dollars against one asset.</summary>
/// <param name="Collateral">By <see cref="DemoAsset.All"/>.</param>
/// <param name="Dollars">What the collateral is worth at first.</param>
/// <param name="DebtPpm">Of the debt above which the account is liquidated.</param>
internal sealed record Borrower(int Collateral, ulong Dollars, ulong DebtPpm)
{
    /// <summary>What it pledges, in the asset's smallest unit.</summary>
    public UInt256 Pledge => DemoCapital.Worth(DemoAsset.All[Collateral], Dollars);

    /// <param name="thresholdPpm">The share of the collateral's worth above which the account is liquidated.</param>
    public UInt256 Debt(ulong thresholdPpm) => DemoCapital.Dollars(Dollars) / 1_000_000UL * thresholdPpm / 1_000_000UL * DebtPpm;
}
