using Keeper.Core.Chain.Pending;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Core.Planning;

/// <summary>Everything besides the accounts that a plan depends on.</summary>
/// <param name="TransactionGasCap">The chain's bound on one transaction.</param>
/// <param name="IsOpen">Whether a transaction for the account is in flight.</param>
/// <param name="IsBackingOff">Whether the account's last failure is too recent.</param>
/// <param name="Experience">What calls have turned out to use.</param>
public sealed record PlanningContext(
    BlockRef Basis, Hash32? HintBlock, GasMarket Gas, NativeCoinPrice CoinPrice, Gas TransactionGasCap, long DecidedAt,
    Func<string, bool> IsOpen, Func<string, bool> IsBackingOff, GasExperience Experience)
{
    /// <summary>By a protocol's name, why nothing is sent for it while there is for others; null while sending.</summary>
    public Func<string, string?> HaltedFor { get; init; } = _ => null;

    /// <summary>Whether what decides about a protocol was asked for at an earlier block than the basis.</summary>
    public Func<IProtocol, bool> IsAskedEarlier { get; init; } = _ => false;

    /// <summary>By an account, how many ways to deal with it could not be paid for of late.</summary>
    public Func<string, int> RefusedOf { get; init; } = _ => 0;

    /// <summary>The price update that the decision supposes to be in the next block; null where it supposes none.</summary>
    public PendingUpdate? Behind { get; init; }
}
