using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.AaveV3;

/// <summary>
/// <c>AaveOracle.getAssetPrice</c> of each asset. Where the source is a proxy of an aggregator and the oracle was seen to give its answer as it is, its rounds tell the price, in the
/// block that they are in and as hints before. Whatever else the source may be (a cap, a ratio, two feeds in one) is not looked into: the oracle is asked in every block.
/// </summary>
internal sealed class AavePrices(AaveState state)
{
    /// <summary>USD at 1e8; null where it is not known, was asked for too long ago, or where the oracle would revert.</summary>
    public UInt256? Of(Address asset)
    {
        if (!state.Prices.TryGet(asset, out var price)) return null;
        switch (price.Kind)
        {
            case PriceKind.Feed:
                ref readonly var feed = ref state.Oracles.Feeds[price.Row];
                return feed.RoundKnown && feed.Answer > Int256.Zero ? feed.Answer.Abs : null;
            case PriceKind.Polled:
                ref readonly var word = ref state.Oracles.Polled[price.Row];
                return word.IsUsable && !word.Word.IsZero ? word.Word : null;
            default:
                return null;
        }
    }

    /// <summary>Whether any price, or the sentinel's word, is known by asking alone.</summary>
    public bool AnyIsAsked
    {
        get
        {
            if (state.Globals is { Profile.HasSentinel: true, Sentinel: not UserRow.None }) return true;
            for (var i = 0; i < state.Prices.Count; i++) if (state.Prices[i].Kind == PriceKind.Polled) return true;
            return false;
        }
    }

    public void AddMissing(List<StateRead> reads)
    {
        if (state.Globals.Oracle is not { IsZero: false } oracle) return;
        for (var reserve = 0; reserve < state.Reserves.Count; reserve++)
            if (!state.Reserves[reserve].AToken.IsZero) AddMissing(reads, oracle, state.Reserves.KeyAt(reserve));
        for (var category = 0; category < state.Categories.Count; category++)
            if (state.Categories[category].PriceSource is { IsZero: false } source) AddMissing(reads, oracle, source);
        state.Oracles.AddMissing(reads);
    }

    /// <summary>Every price, again.</summary>
    public void AddAll(List<StateRead> reads)
    {
        state.Oracles.Feeds.AddRounds(reads);
        state.Oracles.Polled.AddPolls(reads);
    }

    private void AddMissing(List<StateRead> reads, Address oracle, Address asset)
    {
        if (!state.Prices.TryGet(asset, out var price)) state.SetPrice(asset, default);
        switch (price.Kind)
        {
            case PriceKind.Unread:
                reads.Add(new($"price source of {asset}", Calls.SourceOfAsset(oracle, asset), answer => ApplySource(asset, answer)));
                break;
            case PriceKind.Sourced:
                reads.Add(new StateRead($"kind of the price source of {asset}", OracleCalls.Aggregator(price.Source), answer => ApplyKind(asset, answer), () => Poll(asset)) { Refused = () => Poll(asset) });
                break;
            case PriceKind.Supposed when state.Oracles.Feeds[price.Row].RoundKnown:
                reads.Add(new StateRead($"price of {asset}", Calls.AssetPrice(oracle, asset), answer => Compare(asset, Decoding.Open(answer, words: 1).ReadUInt256()), () => Poll(asset)) { Refused = () => Poll(asset) });
                break;
        }
    }

    private void ApplySource(Address asset, ReadOnlyMemory<byte> answer)
    {
        var source = Decoding.Open(answer, words: 1).ReadAddress();
        if (!state.Prices.TryGet(asset, out var price) || price.Kind != PriceKind.Unread) return;
        if (source.IsZero) Poll(asset);
        else state.SetPrice(asset, new(PriceKind.Sourced, source, 0));
    }

    private void ApplyKind(Address asset, ReadOnlyMemory<byte> answer)
    {
        if (!state.Prices.TryGet(asset, out var price) || price.Kind != PriceKind.Sourced) return;
        // A contract without such a function may answer with anything; what is no proxy's answer is none.
        if (answer.Length != 32 || UInt256.ReadBigEndian(answer.Span) is not { IsZero: false, BitLength: <= 160 }) Poll(asset);
        else state.SetPrice(asset, price with { Kind = PriceKind.Supposed, Row = state.Oracles.Feeds.Follow(price.Source) });
    }

    private void Compare(Address asset, UInt256 told)
    {
        if (!state.Prices.TryGet(asset, out var price) || price.Kind != PriceKind.Supposed) return;
        ref readonly var feed = ref state.Oracles.Feeds[price.Row];
        if (!feed.RoundKnown) return;
        if (feed.Answer > Int256.Zero && feed.Answer.Abs == told) state.SetPrice(asset, price with { Kind = PriceKind.Feed });
        else Poll(asset);
    }

    private void Poll(Address asset)
    {
        if (!state.Prices.TryGet(asset, out var price) || state.Globals.Oracle.IsZero) return;
        state.SetPrice(asset, price with { Kind = PriceKind.Polled, Row = state.Oracles.Polled.Follow(new(state.Globals.Oracle, Calls.AssetPriceSelector, Word(asset))) });
    }

    private static UInt256 Word(Address asset)
    {
        Span<byte> word = stackalloc byte[32];
        word.Clear();
        asset.CopyTo(word[12..]);
        return UInt256.ReadBigEndian(word);
    }
}
