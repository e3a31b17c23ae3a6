using System.Collections.Concurrent;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    private const string DidNotCome = "the price update that it was to follow did not come";

    private static readonly Preview Forsaken = new(PreviewKind.Fails, DidNotCome);

    private readonly ConcurrentQueue<Hash32> _goneUpdates = new();

    /// <summary>Runs calls on one state.</summary>
    private delegate Task<IReadOnlyList<CallResult>> RunCalls(IReadOnlyList<CallRequest> calls, CancellationToken cancellation);

    /// <summary>Updates that slots must follow and that no block has yet.</summary>
    private IEnumerable<Hash32> UpdatesToCome => _slots.Values.Where(slot => slot is { Receipt: null, Newest.IsCancel: false }).Select(slot => slot.Behind).OfType<Hash32>().Distinct();

    /// <summary>Tells that a price update waits in the pool no more, and is in no block: what was to follow it is cancelled at once.</summary>
    public void OnUpdateGone(Hash32 update)
    {
        _goneUpdates.Enqueue(update);
        // Where the channel is full the task is awake.
        _commands.Writer.TryWrite(null);
    }

    /// <summary>The state on which a plan is simulated: that of its block or its hint's, or what the update that it follows would make of it.</summary>
    private RunCalls RunOn(LiquidationPlan plan) => plan.Behind is not { } update
        ? (calls, cancellation) => chain.CallAsync(calls, new BlockId.ByHash(plan.SimulationBlock), cancellation)
        : pool is not null ? (calls, cancellation) => pool.CallBehindAsync(update, calls, plan.Basis, cancellation)
        : throw new InvalidOperationException("A plan supposes an update of a pool that is not there.");

    private Fees? FirstBid(LiquidationPlan plan, GasMarket market, Wei limit) => plan.Behind is { } update
        ? FeeRules.Behind(update.Transaction, market, limit, _options)
        : FeeRules.First(market, limit, plan.WorthPerGas, _options);

    private void Follow(Slot slot, PendingTransaction update)
    {
        pool!.Watch(update);
        PendingInstruments.Update(PendingFate.Followed);
        SenderLog.Follows(logger, slot.Nonce, update.Hash, slot.Intent.Basis.Number);
    }

    /// <summary>A slot whose update is in the chain is a slot as any other: the state of the head says what becomes of it.</summary>
    private void LearnOfUpdates(ILookup<Hash32, Receipt> found)
    {
        foreach (var slot in _slots.Values)
        {
            if (slot.Behind is not { } update || found[update].FirstOrDefault() is not { } receipt || receipt.BlockNumber > _head!.Block.Number) continue;
            slot.Behind = null;
            PendingInstruments.Update(PendingFate.Landed);
        }
    }

    /// <summary>Its update did not come within the blocks that it was given; after a restart without a pool, none.</summary>
    private bool IsForsaken(Slot slot)
    {
        if (slot.Behind is null || slot.Newest.IsCancel) return false;
        if (slot.IsUpdateGone) return true;
        if (_head!.Block.Number < slot.Intent.Basis.Number + (ulong)(pool?.MaxBlocks ?? 0)) return false;
        PendingInstruments.Update(PendingFate.Expired);
        return true;
    }

    /// <summary>Cancels what was to follow updates that are gone: in the next block it would only cost its gas.</summary>
    private async Task ForsakeAsync(CancellationToken cancellation)
    {
        while (_goneUpdates.TryDequeue(out var gone))
        {
            foreach (var slot in _slots.Values.Where(slot => slot.Behind == gone && slot is { Receipt: null, Newest.IsCancel: false }).ToArray())
            {
                PendingInstruments.Update(PendingFate.Gone);
                // Where it cannot be cancelled now, the next head tries again.
                slot.IsUpdateGone = true;
                if (SendState.CancelBid(slot.Newest.Fees, slot.Newest.Answer, _head!.Gas, _options) is not { } fees) continue;
                if (await CancelAsync(slot, fees, DidNotCome, isEarly: true, cancellation).ConfigureAwait(false)) await BroadcastAsync(slot, _head.Gas, cancellation).ConfigureAwait(false);
            }
        }
    }
}
