using System.Collections.Concurrent;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Support.Faults;

/// <summary>
/// The rule of real pools, which Anvil has not: a replacement must raise both the fee cap and the tip by so many per mille. 100 in
/// go-ethereum (core/txpool/legacypool/list.go, <c>Add</c>), 125 elsewhere.
/// </summary>
internal sealed class MinimumBump(uint perMille)
{
    private readonly ConcurrentDictionary<(Address, ulong), Fees> _held = new();

    /// <summary>Replacements that were refused.</summary>
    public int Refusals;

    public Task<FaultAnswer> JudgeAsync(FaultCall call)
    {
        var transaction = call.Transaction;
        var (slot, fees) = ((transaction.Sender, transaction.Fields.Nonce), transaction.Fields.Fees);
        if (_held.TryGetValue(slot, out var held) && held != fees
            && (fees.MaxFeePerGas < Raised(held.MaxFeePerGas) || fees.MaxPriorityFeePerGas < Raised(held.MaxPriorityFeePerGas)))
        {
            Interlocked.Increment(ref Refusals);
            return Task.FromResult(call.Refuse(-32000, "replacement transaction underpriced"));
        }
        _held[slot] = fees;
        return call.ForwardAsync();
    }

    private Wei Raised(Wei value) => new(UInt256.MulDivUp(value.Value, 1_000UL + perMille, 1_000UL));
}
