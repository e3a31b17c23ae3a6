using Keeper.Core.Chain;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>Blocks: nodes without an archive keep the states of about 128, and on fast chains the time above is longer.</summary>
    private const ulong MaxStateAge = 64;

    private const string FillThem =
        "If this is the right chain, use each such nonce up by a transfer of nothing, then `keeper ctl resume lost_nonce`; if it is not, or was reset, stop, and name a new file in journal.path";

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
    /// What the chain does not count below the next nonce is in flight, or was settled and is looked after until it is final. Anything else was taken out though it
    /// was final, or an operator's word skipped it: its bytes are not kept here, and what to send in its place is no decision of a program.
    /// </summary>
    private async Task WatchLostNonceAsync(ulong count, CancellationToken cancellation)
    {
        var lost = _board.IsOpen(Breaker.LostNonce) ? null : LostNonceFrom(count);
        _lost = lost is not { } nonce ? null : _lost?.Nonce == nonce ? _lost : UsedNow(nonce);
        TellBreakers();
        if (_lost is null || time.GetElapsedTime(_lost.Since) < _foreignAfter) return;
        var certain = await CountAtAsync(BlockId.At(_head!.Block.Number), cancellation).ConfigureAwait(false);
        if (certain > _lost.Nonce) _lost = null;
        else if (certain is not null) await TripAsync(Breaker.LostNonce, $"{LostWord(_lost.Nonce)}. {FillThem}", isManual: false, cancellation).ConfigureAwait(false);
        TellBreakers();
    }

    /// <summary>The lowest nonce that was signed once, that the chain does not count, and that nothing of ours fills; null where there is none.</summary>
    private ulong? LostNonceFrom(ulong count)
    {
        for (var nonce = count; nonce < _nextNonce; nonce++)
            if (!_slots.ContainsKey(nonce) && !_settled.ContainsKey(nonce)) return nonce;
        return null;
    }

    private string LostWord(ulong nonce) => $"nonce {nonce} of {settings.Operator} is free though {_nextNonce} is the next, and nothing kept here fills it: a reorg deeper than finality took it out";

    /// <summary>
    /// A use that has lasted is asked for once more at the block where it was first seen, which is as deep by now: a node that was
    /// ahead with a count, or a reorg, shows there.
    /// </summary>
    private async Task<(NonceUse Use, bool IsForeign)> AskAgainAsync(NonceUse use, CancellationToken cancellation)
    {
        if (time.GetElapsedTime(use.Since) < _foreignAfter) return (use, false);
        var head = _head!.Block.Number;
        var count = await CountAtAsync(BlockId.At(Math.Max(use.Block, head - Math.Min(head, MaxStateAge))), cancellation).ConfigureAwait(false);
        return count is null ? (use, false) : count > use.Nonce ? (use, true) : (UsedNow(use.Nonce), false);
    }

    /// <returns>Null where it cannot be told: everything else of this head goes on, and the next one asks again.</returns>
    private async Task<ulong?> CountAtAsync(BlockId at, CancellationToken cancellation)
    {
        try
        {
            return await chain.GetTransactionCountAsync(settings.Operator, at, cancellation).ConfigureAwait(false);
        }
        catch (ChainException error)
        {
            SenderLog.WatchFailed(logger, error.Message);
            return null;
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
        SenderInstruments.Budget("hour", (double)_budget.SpentAt(Now).Value, (double)_options.MaxCostPerHour.Value);
        if (_options.MaxCostPerKey is { } ever) SenderInstruments.Budget("key", (double)_budget.Spent.Value, (double)ever.Value);
        SenderInstruments.MinBalance((double)settings.Breakers.MinBalance.Value);
    }
}
