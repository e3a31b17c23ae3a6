using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.EndToEnd.Walk;

/// <summary>Which blocks were the chain's, and from which look until which; when the keeper was first told of each; and when each transaction was first handed to an endpoint.</summary>
internal sealed partial class Witness(TimeProvider time)
{
    /// <summary>From the first word of another branch until nothing leaves for the old one: the new blocks are linked and proven first, by endpoints of which one may be slow or lie.</summary>
    private static readonly TimeSpan HeedsWithin = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Hash32, long> _sentAt = new();
    private readonly ConcurrentDictionary<Hash32, long> _toldAt = new();
    private readonly Dictionary<Hash32, Block> _blocks = [];
    private readonly SortedDictionary<ulong, Hash32> _chain = [];
    private int _looks;

    /// <summary>The longest that a transaction left for a state after the keeper was told of another branch.</summary>
    public TimeSpan Latest { get; private set; }

    /// <summary>Reads what is new since the last look.</summary>
    public async Task LookAsync(ExchangeChain exchange)
    {
        _looks++;
        var head = await exchange.BlockNumberAsync();
        foreach (var (number, hash) in _chain.Where(block => block.Key > head).ToArray()) Leave(number, hash);
        for (var number = head + 1; number-- > 0;)
        {
            var block = await exchange.Rpc.RequestAsync("eth_getBlockByNumber", ((UInt256)number).ToString("x", null), true);
            var hash = Hash32.Parse(block.GetProperty("hash").GetString()!);
            if (_chain.TryGetValue(number, out var known))
            {
                if (known == hash) return;
                Leave(number, known);
            }
            var hasPrice = block.GetProperty("transactions").EnumerateArray()
                .Any(transaction => transaction.GetProperty("to").GetString() is { } to && exchange.Deployment.Aggregators.Contains(Address.Parse(to)));
            _chain[number] = hash;
            _blocks[hash] = new(number, _looks, hasPrice);
        }
    }

    public void Sent(FaultCall call) => _sentAt.TryAdd(call.Hash, time.GetTimestamp());

    /// <summary>An answer or a notification goes to the keeper.</summary>
    public void Told(string text)
    {
        foreach (var match in BlockHash().EnumerateMatches(text)) _toldAt.TryAdd(Hash32.Parse(text.AsSpan(match.Index + match.Length - 66, 66).ToString()), time.GetTimestamp());
    }

    /// <summary>
    /// No transaction left for a state that was neither the chain's, as far as the keeper was told, nor marked as a hint on top of such a one: and a hint's price was in a block.
    /// </summary>
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
            Assert.True(_blocks.TryGetValue(plan.Basis.Hash, out var basis), $"A transaction was sent for {plan.Basis}, which never was of the chain.");
            Assert.True(!plan.FromHint || _blocks.Values.Any(block => block.Number == plan.Basis.Number + 1 && block.HasPrice), $"A transaction was sent for a price on top of {plan.Basis}, which no block had.");
            if (basis!.Left is not { } left || HeardOf(left) is not { } heard || heard > sentAt) continue;
            var late = time.GetElapsedTime(heard, sentAt);
            if (late > Latest) Latest = late;
            Assert.True(late < HeedsWithin, $"A transaction was sent for {plan.Basis}, {late} after the keeper was told of another branch.");
        }
        return judged;
    }

    /// <summary>When the keeper was first told of a block that came in that look or later.</summary>
    private long? HeardOf(int look) => _blocks.Where(block => block.Value.Joined >= look && _toldAt.ContainsKey(block.Key)).Min(block => (long?)_toldAt[block.Key]);

    private void Leave(ulong number, Hash32 hash)
    {
        _chain.Remove(number);
        _blocks[hash].Left = _looks;
    }

    [GeneratedRegex("\"hash\":\\s*\"0x[0-9a-f]{64}")]
    private static partial Regex BlockHash();

    /// <param name="Joined">The look that first saw it.</param>
    private sealed record Block(ulong Number, int Joined, bool HasPrice)
    {
        /// <summary>The look that saw another in its place.</summary>
        public int? Left { get; set; }
    }
}
