using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.RefPerps;

/// <summary>What happened in the random exchanges, so that a comparison cannot pass because nothing did.</summary>
internal sealed class EventCensus
{
    private static readonly Hash32 QuoteChanged = Keccak.Topic("QuoteChanged(uint256,int256,int256,uint8)");
    private static readonly Hash32 PositionChanged = Keccak.Topic("PositionChanged(uint256,uint32,int256,int256,int256,int256,int256,uint256,uint8)");

    private static readonly IReadOnlyDictionary<Hash32, string> Others = new[]
    {
        "MarketSynced(uint32,uint80,uint256,uint64,int256,uint64)", "MarketState(uint32,int256,uint256,uint256,int256)", "InsuranceFundChanged(int256,uint256,uint256)",
        "PoolChanged(int256,int256)", "BadDebt(uint256,uint256)", "AccountOpened(uint256,address,uint8,uint32)", "MarketListed(uint32,bytes32)",
        $"MarketParamsSet(uint32,{MarketTerms.Tuple})", "MarketTiersSet(uint32,(uint128,uint32)[],(uint128,uint32)[])", $"GlobalParamsSet({GlobalTerms.Tuple})", "PausedSet(uint8)",
        "PositionLiquidated(uint256,uint32,address,uint256,int256,uint256,uint256,uint256,int256,bool)",
    }.ToDictionary(Keccak.Topic, signature => signature[..signature.IndexOf('(', StringComparison.Ordinal)]);

    private readonly SortedDictionary<string, int> _seen = new(StringComparer.Ordinal);

    public static IReadOnlyCollection<Hash32> Topics { get; } = [.. Others.Keys, QuoteChanged, PositionChanged];

    /// <summary>What should have happened and did not.</summary>
    public IEnumerable<string> Unseen =>
        Others.Values
            .Concat(["opened", "increased", "reduced", "flipped", "closed", "rotated"])
            .Concat(new[] { 0, 1, 2, 3, 4, 5, 7 }.Select(reason => $"quote reason {reason}"))
            .Where(what => !_seen.ContainsKey(what));

    public void Add(IEnumerable<Log> logs)
    {
        var sizes = new Dictionary<(Hash32, Hash32), Int256>();
        foreach (var log in logs)
        {
            if (log.Topic0 == QuoteChanged) Count($"quote reason {log.Data.Span[^1]}");
            else if (log.Topic0 == PositionChanged)
            {
                var after = Int256.FromBits(UInt256.ReadBigEndian(log.Data.Span[..32]));
                Count(Name(sizes.GetValueOrDefault((log.Topic1, log.Topic2)), after));
                sizes[(log.Topic1, log.Topic2)] = after;
            }
            else Count(Others[log.Topic0]);
        }
    }

    /// <param name="rounds">Of the proxies: the upper bits count their aggregators.</param>
    public void AddRotations(IEnumerable<UInt256> rounds)
    {
        foreach (var round in rounds.Where(round => round >> 64 > UInt256.One)) Count("rotated");
    }

    public override string ToString() => string.Join(", ", _seen.Select(entry => $"{entry.Key} {entry.Value}"));

    private static string Name(Int256 before, Int256 after) =>
        before.IsZero ? "opened" : after.IsZero ? "closed" : before.IsNegative != after.IsNegative ? "flipped" : after.Abs < before.Abs ? "reduced" : "increased";

    private void Count(string what) => _seen[what] = _seen.GetValueOrDefault(what) + 1;
}
