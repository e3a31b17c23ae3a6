using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Core.Planning;

/// <summary>
/// Gas that the executor needs around the calls it makes, measured by the tests of the contracts and rounded up. Too much
/// costs places in a batch; too little makes the executor refuse the batch (InsufficientGas) in the simulation.
/// </summary>
public static class ExecutorGas
{
    /// <summary>The transaction itself (21,000), the checks, the profit's transfer and its events.</summary>
    private const ulong Overhead = 90_000;

    /// <summary>What the executor insists on keeping for itself before each item: 40,000, and 80,000 for a settlement token.</summary>
    private const ulong Reserve = 125_000;

    /// <summary>Allow-list, call, event and result of one item.</summary>
    private const ulong PerItem = 15_000;

    /// <summary>EIP-2028, every byte taken as non-zero.</summary>
    private const ulong PerCalldataByte = 16;

    /// <summary>The words around an item's data: offset, target, gas limit, offset and length of the data.</summary>
    private const int ItemBytes = 192;

    /// <summary>Selector, three heads, the lengths of both arrays, and one entry of the least profits; each further token adds another.</summary>
    private const int CallBytes = 4 + 3 * 32 + 2 * 32 + LeastProfitBytes, LeastProfitBytes = 64;

    /// <summary>Bytes of the executor's calldata with these calls, rounded up.</summary>
    public static int CalldataBytes(IReadOnlyCollection<LiquidationCall> calls) =>
        CallBytes + LeastProfitBytes * calls.Select(call => call.Token.Address).Distinct().Count() + calls.Sum(call => ItemBytes + 31 + call.Data.Length);

    /// <summary>What a transaction with these calls is likely to use.</summary>
    public static Gas Expected(IEnumerable<LiquidationCall> calls) => new(Overhead + calls.Aggregate(0UL, (sum, call) => sum + Around(call) + call.ExpectedGas.Value));

    /// <summary>The part of <see cref="Expected"/> that is not the calls' own.</summary>
    public static Gas Around(IEnumerable<LiquidationCall> calls) => new(Overhead + calls.Aggregate(0UL, (sum, call) => sum + Around(call)));

    /// <summary>
    /// The gas limit of a transaction with these calls: what is likely, an eighth on top, and what the dearest of them may take
    /// beyond it. Each call is handed its own limit in turn and returns what it does not use, so that one limit serves all.
    /// EIP-150 lets a call have at most 63/64 of what is left.
    /// </summary>
    public static Gas Limit(IReadOnlyCollection<LiquidationCall> calls)
    {
        var expected = Expected(calls).Value;
        var dearest = calls.Max(call => call.GasLimit.Value);
        return new(expected + expected / 8 + Reserve + dearest + dearest / 63);
    }

    private static ulong Around(LiquidationCall call) => PerItem + PerCalldataByte * (ulong)(call.Data.Length + ItemBytes);
}
