using Keeper.Core.Chain;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>Blocks: nodes without an archive keep the states of about 128, and on fast chains the time above is longer.</summary>
    private const ulong MaxStateAge = 64;

    /// <summary>How long a nonce may be used up without a receipt of ours before somebody else has used it. No configuration: less would make a lagging node an alarm.</summary>
    private readonly TimeSpan _foreignAfter = TimeSpan.FromSeconds(Math.Max(30, 3 * settings.Profile.BlockTime.TotalSeconds));

    /// <summary>Above everything that was ever signed no receipt can be ours: new intents wait at once, the breaker opens when it is certain.</summary>
    private async Task WatchNextNonceAsync(ulong count, CancellationToken cancellation)
    {
        if (count <= _nextNonce || _board.IsOpen(Breaker.ForeignNonce)) _nextUsed = null;
        else
        {
            _nextUsed ??= UsedNow(_nextNonce);
            (_nextUsed, var isForeign) = await AskAgainAsync(_nextUsed, cancellation).ConfigureAwait(false);
            if (isForeign)
            {
                await TripForeignAsync(_nextNonce, cancellation).ConfigureAwait(false);
                _nextUsed = null;
            }
        }
        TellBreakers();
    }

    /// <summary>
    /// A use that has lasted is asked for once more at the block where it was first seen, which is as deep by now: a node that was
    /// ahead with a count, or a reorg, shows there.
    /// </summary>
    private async Task<(NonceUse Use, bool IsForeign)> AskAgainAsync(NonceUse use, CancellationToken cancellation)
    {
        if (time.GetElapsedTime(use.Since) < _foreignAfter) return (use, false);
        var head = _head!.Block.Number;
        try
        {
            var at = BlockId.At(Math.Max(use.Block, head - Math.Min(head, MaxStateAge)));
            var count = await chain.GetTransactionCountAsync(settings.Operator, at, cancellation).ConfigureAwait(false);
            return count > use.Nonce ? (use, true) : (UsedNow(use.Nonce), false);
        }
        catch (ChainException error)
        {
            // Everything else of this head goes on; the next one asks again.
            SenderLog.WatchFailed(logger, error.Message);
            return (use, false);
        }
    }

    private Task TripForeignAsync(ulong nonce, CancellationToken cancellation)
    {
        SenderInstruments.ForeignTransaction();
        return TripAsync(Breaker.ForeignNonce, $"nonce {nonce} of {settings.Operator} was used by a transaction that the journal does not know", isManual: false, cancellation);
    }

    private NonceUse UsedNow(ulong nonce) => new(nonce, time.GetTimestamp(), _head!.Block.Number);

    /// <summary>Of a head that was handled.</summary>
    private void TellFigures(ulong count)
    {
        SenderInstruments.Slots(_slots.Count);
        SenderInstruments.Nonces(_nextNonce, count);
        // Nonces between the chain and the next one that no transaction of ours fills: what is behind them cannot be mined.
        var filled = (ulong)_slots.Keys.Count(nonce => nonce >= count);
        SenderInstruments.NonceGap(_nextNonce - Math.Min(_nextNonce, count + filled));
        SenderInstruments.OldestPending(_slots.Values.Where(slot => slot.Receipt is null).Select(AgeOf).DefaultIfEmpty(0UL).Max());
        SenderInstruments.Budget((double)_budget.SpentAt(Now).Value, (double)_options.MaxCostPerHour.Value);
        SenderInstruments.MinBalance((double)settings.Breakers.MinBalance.Value);
    }
}
