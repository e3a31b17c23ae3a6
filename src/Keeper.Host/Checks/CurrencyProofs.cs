using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Configuration;

namespace Keeper.Host.Checks;

/// <summary>
/// That the feeds which thresholds and books depend on are quoted in the currency that the configuration names. By a feed's own description, which is nobody's promise: what differs is a
/// warning, and what does not say is passed over.
/// </summary>
internal static class CurrencyProofs
{
    private const uint DescriptionSelector = 0x7284e416; // description(), of Chainlink's AggregatorV3Interface

    public static async Task<IReadOnlyList<Proof>> RunAsync(KeeperOptions options, IChainClient client, BlockId at, CancellationToken cancellation)
    {
        var profile = options.Chain.Profile;
        var feeds = new List<(string Field, Address Feed)>();
        if (profile.NativePriceFeed is { } native) feeds.Add(($"chains/{options.Chain.Id}.json: nativePriceFeed", native));
        foreach (var protocol in options.Protocols) feeds.AddRange((protocol.Options?.PriceFeeds ?? []).Select(feed => ($"protocols/{protocol.Name}.json: price feed", feed)));
        if (feeds.Count == 0) return [];
        var answers = await client.CallAsync([.. feeds.Select(entry => new CallRequest(entry.Feed, new AbiWriter().ToCall(DescriptionSelector)))], at, cancellation);
        return [.. feeds.Zip(answers, (entry, answer) => Judge(entry.Field, entry.Feed, answer, profile.Currency)).OfType<Proof>()];
    }

    /// <returns>Null where the feed does not say what it is quoted in: "ETH / USD" does.</returns>
    internal static Proof? Judge(string field, Address feed, CallResult answer, string currency)
    {
        if (answer is not CallResult.Returned(var data)) return null;
        string text;
        try
        {
            text = Encoding.UTF8.GetString(new AbiReader(data.Span).ReadOffset().ReadBytes());
        }
        catch (AbiException)
        {
            return null;
        }
        if (text.LastIndexOf('/') is not (>= 0 and var slash)) return null;
        var shown = ForeignText.Clean(text, 60);
        return text[(slash + 1)..].Trim().Equals(currency, StringComparison.OrdinalIgnoreCase)
            ? Proof.Ok(field, $"is {feed}, \"{shown}\": in {currency}, as all values")
            : Proof.Warning(field, $"is {feed}, which calls itself \"{shown}\"", $"a feed in {currency}, or another currency in chains/<id>.json");
    }
}
