using System.Collections.Concurrent;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.EndToEnd.Walk;

/// <summary>Which blocks were the chain's, from when until when; and when each transaction was first handed to an endpoint.</summary>
internal sealed class Witness(TimeProvider time)
{
    /// <summary>A keeper hears of a reorg a little after the node: what it decided on before is known to be gone only then.</summary>
    private static readonly TimeSpan HearsWithin = TimeSpan.FromSeconds(6);

    private readonly ConcurrentDictionary<Hash32, long> _sentAt = new();
    private readonly Dictionary<Hash32, long?> _leftAt = [];
    private readonly SortedDictionary<ulong, Hash32> _chain = [];

    /// <summary>Reads what is new since the last look.</summary>
    public async Task LookAsync(ExchangeChain exchange)
    {
        var head = await exchange.BlockNumberAsync();
        foreach (var (number, hash) in _chain.Where(block => block.Key > head).ToArray()) Leave(number, hash);
        for (var number = head + 1; number-- > 0;)
        {
            var hash = Hash32.Parse((await exchange.Rpc.RequestAsync("eth_getBlockByNumber", ((UInt256)number).ToString("x", null), false)).GetProperty("hash").GetString()!);
            if (_chain.TryGetValue(number, out var known))
            {
                if (known == hash) return;
                Leave(number, known);
            }
            _chain[number] = hash;
            _leftAt[hash] = null;
        }
    }

    public void Sent(FaultCall call) => _sentAt.TryAdd(call.Hash, time.GetTimestamp());

    /// <summary>No transaction left for a state that was neither the chain's at its time nor marked as a hint on top of such a one.</summary>
    /// <returns>How many were judged.</returns>
    public int Judge(IReadOnlyList<JournalEntry> entries)
    {
        var judged = 0;
        JournalEntry.Intended? plan = null;
        foreach (var entry in entries)
        {
            if (entry is JournalEntry.Intended intended) plan = intended;
            // Later attempts are of plans that may have been overtaken meanwhile: they are kept or cancelled by what is mined.
            if (entry is not JournalEntry.Signed { Attempt: 0, IsCancel: false } signed || plan?.Nonce != signed.Nonce || !_sentAt.TryGetValue(signed.Hash, out var sentAt)) continue;
            judged++;
            Assert.True(_leftAt.TryGetValue(plan.Basis.Hash, out var leftAt), $"A transaction was sent for {plan.Basis}, which never was of the chain.");
            if (leftAt is { } left && left < sentAt)
                Assert.True(time.GetElapsedTime(left, sentAt) < HearsWithin, $"A transaction was sent for {plan.Basis}, {time.GetElapsedTime(left, sentAt)} after the chain had left it.");
        }
        return judged;
    }

    private void Leave(ulong number, Hash32 hash)
    {
        _chain.Remove(number);
        _leftAt[hash] = time.GetTimestamp();
    }
}
