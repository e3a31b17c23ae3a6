using System.Collections.Concurrent;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Core.Planning;

/// <summary>
/// What calls really use once another has warmed their contract. An adapter's figure is that of a call alone; among others it is
/// a fraction, and a transaction that asks for three times its gas fills a block that would have held three. Learned from
/// receipts, never below them: the dearest of the last few counts, with what may have been refunded and a tenth on top. Safe for concurrent use.
/// </summary>
/// <remarks>A figure that is too low does no harm: the simulation runs with the very gas limit that is to be signed, and where it is refused for it the figure is forgotten.</remarks>
public sealed class GasExperience
{
    /// <summary>Fewer calls say more of the transaction around them than of themselves.</summary>
    private const int LeastCalls = 8;

    /// <summary>Receipts that are remembered of each function.</summary>
    private const int Remembered = 8;

    /// <summary>Functions that are remembered: an operator configures fewer.</summary>
    private const int MaxFunctions = 256;

    /// <summary>No call is taken to use less than this much of what its adapter says.</summary>
    private const uint LeastPpm = 150_000;

    private const uint Whole = 1_000_000;

    private readonly ConcurrentDictionary<(Address Target, uint Selector), uint[]> _ppm = new();

    /// <summary>The calls with what they are likely to use behind those before them in one transaction.</summary>
    /// <param name="warm">Contracts that an earlier call of the transaction goes to.</param>
    public IReadOnlyList<LiquidationCall> Expect(IReadOnlyList<LiquidationCall> calls, IReadOnlySet<Address> warm)
    {
        var expected = new LiquidationCall[calls.Count];
        for (var i = 0; i < expected.Length; i++)
        {
            var call = calls[i];
            var isWarm = warm.Contains(call.Target) || calls.Take(i).Any(before => before.Target == call.Target);
            expected[i] = isWarm && _ppm.TryGetValue(call.Function, out var learned)
                ? call with { ExpectedGas = Share(call.ColdGas, learned.Max()) } : call with { ExpectedGas = call.ColdGas };
        }
        return expected;
    }

    /// <summary>Learns from a transaction all of whose calls succeeded; from one of several functions nothing can be told apart.</summary>
    public void Learn(IReadOnlyList<LiquidationCall> calls, Gas used)
    {
        if (calls.Count < LeastCalls || calls.Any(call => call.Function != calls[0].Function)) return;
        if (_ppm.Count >= MaxFunctions && !_ppm.ContainsKey(calls[0].Function)) return;
        var rest = calls.Skip(1).Aggregate(0UL, (sum, call) => sum + call.ColdGas.Value);
        var around = ExecutorGas.Around(calls).Value + calls[0].ColdGas.Value;
        // A receipt tells what was paid for: up to a fifth of what was needed came back at the end (EIP-3529).
        var needed = used.Value + used.Value / 4;
        var ppm = needed <= around || rest == 0 ? 0 : (uint)UInt128.Min(Whole, (UInt128)(needed - around) * Whole / rest);
        var cautious = Math.Clamp(ppm + ppm / 10, LeastPpm, Whole);
        _ppm.AddOrUpdate(calls[0].Function, [cautious], (_, before) => [cautious, .. before.Take(Remembered - 1)]);
    }

    /// <summary>Believes the adapters again: the executor found too little gas in a transaction with these calls.</summary>
    public void Forget(IEnumerable<LiquidationCall> calls)
    {
        foreach (var function in calls.Select(call => call.Function).Distinct()) _ppm.TryRemove(function, out _);
    }

    private static Gas Share(Gas gas, uint ppm) => new((ulong)((UInt128)gas.Value * ppm / Whole));
}
