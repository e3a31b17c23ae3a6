using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Core.Planning;

/// <summary>
/// Gas that the executor needs around the calls it makes, measured by the tests of the contracts and rounded up. Too much
/// costs places in a batch; too little makes the executor refuse the batch (InsufficientGas) in the simulation.
/// </summary>
public static class ExecutorGas
{
    /// <summary>The transaction itself (21,000), the checks, the profit's transfer to a treasury that holds none yet, and its events.</summary>
    public static readonly Gas Overhead = new(150_000);

    /// <summary>Allow-list, call, event and result of one item.</summary>
    private const ulong PerItem = 20_000;

    /// <summary>EIP-2028, every byte taken as non-zero, and EIP-7623's floor is below it once the call runs.</summary>
    private const ulong PerCalldataByte = 16;

    /// <summary>The words around an item's data: offset, target, gas limit, offset and length of the data.</summary>
    private const int ItemBytes = 192;

    /// <summary>
    /// EIP-150 hands a call at most 63/64 of what is left, so that each item's bound also needs a 63rd of itself held back;
    /// it is free again for the next item, and counted for each because the last one needs it too.
    /// </summary>
    public static Gas OfItem(LiquidationCall call) =>
        new(call.GasLimit.Value + call.GasLimit.Value / 63 + PerItem + PerCalldataByte * (ulong)(call.Data.Length + ItemBytes));
}
