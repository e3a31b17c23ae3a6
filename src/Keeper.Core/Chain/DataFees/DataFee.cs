using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.DataFees;

/// <summary>What a transaction costs beyond the gas that its execution takes.</summary>
/// <param name="Cost">Charged in coin, whatever fees it offers.</param>
/// <param name="Gas">Charged as gas, so that the gas limit must hold it too.</param>
public readonly record struct DataFee(Wei Cost, Gas Gas);
