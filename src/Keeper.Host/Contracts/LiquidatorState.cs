using Keeper.Core.Primitives;

namespace Keeper.Host.Contracts;

/// <summary>What a liquidator answers at one block.</summary>
/// <param name="Given">Of the grants that were asked for, in their order.</param>
/// <param name="SlippagePpm">Of the pairs that were asked for, in their order.</param>
internal sealed record LiquidatorState(Address Executor, Address Treasury, Address Owner, IReadOnlyList<bool> Given, IReadOnlyList<uint> SlippagePpm);
