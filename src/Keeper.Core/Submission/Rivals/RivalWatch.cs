using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Rivals;

/// <summary>
/// The liquidations that linked blocks told, until their blocks are final: who was first in a race that we lost, and what others
/// took that we did not. The loop's task tells of blocks and reorgs, the sender's asks: one lock, held for no I/O.
/// </summary>
internal sealed class RivalWatch
{
    /// <summary>More in the blocks that are not final yet than this, and the oldest are forgotten untold.</summary>
    private const int MaxSightings = 16_384;

    /// <summary>Receipts asked for at once, beside those of our own transactions.</summary>
    private const int MaxReceipts = 64;

    /// <summary>Heads at which a receipt is asked for; then it is told without its price.</summary>
    private const int MaxAsked = 4;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<(Hash32 Transaction, string Account), Sighting> _sightings = [];

    public void See(Sighting sighting)
    {
        lock (_lock)
        {
            var key = (sighting.Transaction, sighting.Account);
            if (_sightings.TryGetValue(key, out var known))
            {
                // The same transaction in another block, or another log of it: what we were doing was asked the first time.
                _sightings[key] = known with
                {
                    BlockNumber = sighting.BlockNumber, BlockHash = sighting.BlockHash, IsCanonical = true,
                    PricePerGas = known.BlockHash == sighting.BlockHash ? known.PricePerGas : null, Asked = 0,
                };
                return;
            }
            if (_sightings.Count == MaxSightings) _sightings.RemoveAt(0);
            _sightings.Add(key, sighting);
        }
    }

    /// <summary>Blocks above this height are no longer canonical.</summary>
    public void Undo(ulong commonAncestor) =>
        Change(sighting => sighting.BlockNumber > commonAncestor, sighting => sighting with { IsCanonical = false, PricePerGas = null, Asked = 0 });

    /// <summary>Who liquidated the account after one block and not after another; somebody else before ourselves, the last before those before.</summary>
    public Sighting? Find(string account, ulong after, ulong upTo)
    {
        lock (_lock)
        {
            return _sightings.Values
                .Where(sighting => sighting.Account == account && sighting.IsCanonical && sighting.BlockNumber > after && sighting.BlockNumber <= upTo)
                .MaxBy(sighting => (!sighting.IsOurs, sighting.BlockNumber));
        }
    }

    /// <summary>Transactions of others whose receipts should be read now, a few at a time.</summary>
    public IReadOnlyList<Hash32> Unread()
    {
        lock (_lock)
        {
            var hashes = _sightings.Values.Where(sighting => !sighting.IsOurs && sighting.PricePerGas is null && sighting.Asked < MaxAsked)
                .Select(sighting => sighting.Transaction).Distinct().Take(MaxReceipts).ToHashSet();
            ChangeLocked(sighting => hashes.Contains(sighting.Transaction), sighting => sighting with { Asked = sighting.Asked + 1 });
            return [.. hashes];
        }
    }

    /// <summary>Takes the receipts that were found: they also tell of a block that nobody else told of.</summary>
    public void Learn(ILookup<Hash32, Receipt> receipts) => Change(
        sighting => receipts.Contains(sighting.Transaction),
        sighting => receipts[sighting.Transaction].First() is var receipt
            ? sighting with { BlockNumber = receipt.BlockNumber, BlockHash = receipt.BlockHash, PricePerGas = receipt.EffectiveGasPrice, IsCanonical = receipt.Succeeded } : sighting);

    /// <summary>What others did that is deep enough at this head to be told, once. Forgets what is final and told.</summary>
    public IReadOnlyList<Sighting> Due(ulong head, ulong confirmations, ulong finality)
    {
        lock (_lock)
        {
            var due = _sightings.Values.Where(sighting =>
                !sighting.IsOurs && !sighting.IsTold && sighting.IsCanonical && head + 1 >= sighting.BlockNumber + confirmations
                && (sighting.PricePerGas is not null || sighting.Asked >= MaxAsked)).ToArray();
            foreach (var sighting in due) _sightings[(sighting.Transaction, sighting.Account)] = sighting with { IsTold = true };
            // What was old when it was first seen is told all the same.
            foreach (var final in _sightings.Values.Where(sighting => sighting.BlockNumber + finality < head && (sighting.IsOurs || sighting.IsTold || !sighting.IsCanonical)).ToArray())
                _sightings.Remove((final.Transaction, final.Account));
            return due;
        }
    }

    private void Change(Func<Sighting, bool> which, Func<Sighting, Sighting> how)
    {
        lock (_lock) ChangeLocked(which, how);
    }

    private void ChangeLocked(Func<Sighting, bool> which, Func<Sighting, Sighting> how)
    {
        foreach (var (key, sighting) in _sightings.Where(pair => which(pair.Value)).ToArray()) _sightings[key] = how(sighting);
    }
}
