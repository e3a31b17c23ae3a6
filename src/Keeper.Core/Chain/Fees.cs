using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>The price offered for a unit of gas.</summary>
/// <param name="MaxFeePerGas">The most that is paid, base fee included; the gas price of a legacy transaction.</param>
/// <param name="MaxPriorityFeePerGas">The tip; equal to <paramref name="MaxFeePerGas"/> in a legacy transaction.</param>
/// <param name="IsLegacy">Signed as a legacy transaction, for chains without EIP-1559.</param>
public readonly record struct Fees(Wei MaxFeePerGas, Wei MaxPriorityFeePerGas, bool IsLegacy = false)
{
    public static Fees Legacy(Wei gasPrice) => new(gasPrice, gasPrice, IsLegacy: true);
}
