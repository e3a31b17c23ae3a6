using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>
/// What a <c>MorphoChainlinkOracleV2</c> (morpho-blue-oracles) is made of: its immutables, each read once. Answers come one by one; nothing is changed in place.
/// </summary>
internal sealed class OracleLegs
{
    /// <summary>In the order of the fields; a test recomputes the selectors.</summary>
    public static readonly IReadOnlyList<(uint Selector, string Signature)> Getters =
    [
        (0xeaa2d7b4, "BASE_VAULT()"), (0x054f7ac0, "BASE_VAULT_CONVERSION_SAMPLE()"), (0x2e6f20a6, "QUOTE_VAULT()"), (0x461739d2, "QUOTE_VAULT_CONVERSION_SAMPLE()"),
        (0xf50a4718, "BASE_FEED_1()"), (0xdc53858c, "BASE_FEED_2()"), (0x56095e11, "QUOTE_FEED_1()"), (0xacfbd39e, "QUOTE_FEED_2()"), (0xce4b5bbe, "SCALE_FACTOR()"),
    ];

    private const int BaseVault = 0, BaseSample = 1, QuoteVault = 2, QuoteSample = 3, FirstFeed = 4, Scale = 8;

    private readonly UInt256?[] _words;
    private readonly bool[] _hasAggregator;

    public OracleLegs() : this(new UInt256?[9], new bool[9])
    {
    }

    private OracleLegs(UInt256?[] words, bool[] hasAggregator) => (_words, _hasAggregator) = (words, hasAggregator);

    /// <summary>Getters that were not answered yet.</summary>
    public IEnumerable<int> Untold => Enumerable.Range(0, Getters.Count).Where(getter => _words[getter] is null);

    /// <summary>Feeds of which it is not known yet whether an aggregator stands behind them, whose logs tell their rounds.</summary>
    public IEnumerable<int> Unproven => Enumerable.Range(FirstFeed, 4).Where(feed => _words[feed] is { IsZero: false } && !_hasAggregator[feed]);

    /// <summary>Whether a getter returns an address: that of a vault or a feed.</summary>
    public static bool IsAddress(int getter) => getter is not (BaseSample or QuoteSample or Scale);

    public Address AddressOf(int leg) => AbiReader.ToAddress(_words[leg]!.Value);

    public OracleLegs With(int getter, UInt256 word)
    {
        var words = (UInt256?[])_words.Clone();
        words[getter] = word;
        return new(words, _hasAggregator);
    }

    public OracleLegs WithAggregator(int feed)
    {
        var proven = (bool[])_hasAggregator.Clone();
        proven[feed] = true;
        return new(_words, proven);
    }

    /// <summary>The price as a node of the book's graph, once everything is told.</summary>
    public int Compose(OracleBook book)
    {
        var (above, below) = (new List<int>(), new List<int>());
        AddVault(above, BaseVault, BaseSample);
        AddVault(below, QuoteVault, QuoteSample);
        for (var feed = FirstFeed; feed < FirstFeed + 4; feed++)
        {
            if (_words[feed]!.Value.IsZero) continue;
            // Zero is a price to the oracle, a negative answer none; age is not looked at.
            (feed < FirstFeed + 2 ? above : below).Add(book.Graph.Add(PriceNode.Feed(book.Feeds.Follow(AddressOf(feed)), new(AllowsZero: true))));
        }
        return book.Graph.Add(PriceNode.Quotient(_words[Scale]!.Value, [.. above], [.. below], UInt256.One));

        void AddVault(List<int> legs, int vault, int sample)
        {
            if (_words[vault]!.Value.IsZero) return;
            legs.Add(book.Graph.Add(PriceNode.Polled(book.Polled.Follow(new(AddressOf(vault), Calls.ConvertToAssetsSelector, _words[sample]!.Value)), new(AllowsZero: true))));
        }
    }
}
