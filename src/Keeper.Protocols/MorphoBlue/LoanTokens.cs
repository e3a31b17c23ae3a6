using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>
/// What one of a loan token is worth in dollars: liquidations earn in it. Where the price comes from is the operator's word, and it decides what pays, never who is
/// liquidatable: a feed is polled, and its age is told and not judged.
/// </summary>
internal sealed class LoanTokens
{
    /// <summary>Beyond it no token or feed is believed: 10^36 times an answer of 192 bits would leave the range.</summary>
    private const int MostDecimals = 36;

    private readonly Table<Address, TokenRow> _tokens;
    private readonly IReadOnlyDictionary<Address, LoanTokenOptions> _options;

    public LoanTokens(IEnumerable<LoanTokenOptions> options, UndoLog undo)
    {
        _tokens = new(undo);
        _options = options.ToDictionary(option => option.Token);
        foreach (var token in _options.Keys) _tokens.Put(token, default);
    }

    /// <summary>Those whose price is known.</summary>
    public IReadOnlyList<RewardToken> All => [.. Enumerable.Range(0, _tokens.Count).Select(token => Find(_tokens.KeyAt(token))).OfType<RewardToken>()];

    /// <returns>Null where the token is not configured, or its price is not known or none.</returns>
    public RewardToken? Find(Address token)
    {
        if (!_tokens.TryGet(token, out var row) || row.Decimals is not { } decimals) return null;
        var (price, scale) = PriceOf(token, row);
        return price.IsZero ? null : new RewardToken(
            token, UInt256.Max(UInt256.One, UInt256.MulDivUp(PowerOfTen(decimals), scale, price)), null, decimals, _options[token].UsdFeed is { } feed ? $"feed {feed}" : "fixed by configuration");
    }

    public bool IsConfigured(Address token) => _options.ContainsKey(token);

    /// <summary>The most that one liquidation by this route repays of the token, in its smallest unit: the less of what both allow.</summary>
    public UInt256 MaxRepayOf(Address token, CapitalOptions capital, Address collateral)
    {
        if (!_tokens.TryGet(token, out var row) || row.Decimals is not { } decimals) return UInt256.MaxValue;
        var ofRoute = capital.MaxRepayOf(collateral, token, PowerOfTen(decimals));
        return _options[token].MaxRepay is { } most ? UInt256.Min(ofRoute, UInt256.MulDivDown(most, PowerOfTen(decimals), MorphoMath.Wad)) : ofRoute;
    }

    public void AddMissing(List<StateRead> reads)
    {
        for (var i = 0; i < _tokens.Count; i++)
        {
            var (token, row) = (_tokens.KeyAt(i), _tokens[i]);
            if (row.Decimals is null) reads.Add(new StateRead($"decimals of loan token {token}", Calls.Decimals(token), answer => Set(token, row => row with { Decimals = OpenDecimals(answer) })).OrUnknown());
            if (_options[token].UsdFeed is not { } feed) continue;
            if (row.FeedDecimals is null) reads.Add(new StateRead($"decimals of feed {feed}", Calls.Decimals(feed), answer => Set(token, row => row with { FeedDecimals = OpenDecimals(answer) })).OrUnknown());
            if (!row.Known) reads.Add(Ask(token, feed).OrUnknown());
        }
    }

    public void AddPolls(List<StateRead> reads)
    {
        foreach (var (token, option) in _options) if (option.UsdFeed is { } feed) reads.Add(Ask(token, feed));
    }

    /// <summary>The feeds, for an operator.</summary>
    public IEnumerable<FeedStatus> Feeds()
    {
        for (var token = 0; token < _tokens.Count; token++)
        {
            if (_options[_tokens.KeyAt(token)].UsdFeed is null) continue;
            var row = _tokens[token];
            yield return new($"usd_of_{_tokens.KeyAt(token).ToString()[..10]}", row.Answer, row.UpdatedAt, null, row.Known ? new PriceRule().Judge(row.Answer) : PriceFault.Unread);
        }
    }

    /// <summary>The price of a whole token and what one dollar is in it.</summary>
    private (UInt256 Price, UInt256 Scale) PriceOf(Address token, in TokenRow row)
    {
        if (_options[token].Usd is { } usd) return (usd, MorphoMath.Wad);
        return row is { Known: true, FeedDecimals: { } decimals, Answer.Sign: > 0 } ? (row.Answer.Abs, PowerOfTen(decimals)) : (UInt256.Zero, UInt256.One);
    }

    private StateRead Ask(Address token, Address feed) => new(
        $"price of loan token {token}", OracleCalls.LatestRoundData(feed),
        answer =>
        {
            var round = Round.Open(answer);
            Set(token, row => row with { Known = true, Answer = round.Answer, UpdatedAt = round.UpdatedAt.FitsUInt64 ? (ulong)round.UpdatedAt : ulong.MaxValue });
        },
        () => Set(token, row => row with { Known = false }));

    private void Set(Address token, Func<TokenRow, TokenRow> change)
    {
        var (old, next) = (_tokens.TryGet(token, out var row) ? row : default, change(row));
        if (old != next) _tokens.Put(token, next);
    }

    private static int OpenDecimals(ReadOnlyMemory<byte> answer)
    {
        var decimals = Decoding.Open(answer, words: 1).ReadUInt256();
        return decimals <= MostDecimals ? (int)(ulong)decimals : throw new AbiException($"{decimals} decimals are too many.");
    }

    private static UInt256 PowerOfTen(int exponent)
    {
        var power = UInt256.One;
        for (; exponent > 0; exponent--) power *= 10UL;
        return power;
    }

    /// <param name="Decimals">Null until the token told them.</param>
    /// <param name="Known">False until the feed was read, and while it reverts.</param>
    private readonly record struct TokenRow(int? Decimals, int? FeedDecimals, bool Known, Int256 Answer, ulong UpdatedAt);
}
