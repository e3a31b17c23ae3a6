using Keeper.Chain.Native.Crypto;
using Keeper.Core.Primitives;
using Keeper.Protocols.Declared;

namespace Keeper.Host.Configuration;

/// <summary>The section <c>declared</c>: a protocol without an adapter of its own. The adapter understands the texts; here each goes with the place that its errors name.</summary>
internal static class DeclaredSection
{
    private const string Field = "a field of a view, such as account.markets";
    private const string Comparison = "a comparison such as health.equity < health.maintenance";

    private static readonly Dictionary<string, bool> Whens = new() { ["liquidatable"] = false, ["badDebt"] = true };

    /// <param name="protocol">The protocol's file.</param>
    /// <param name="address">The protocol's contract.</param>
    /// <param name="executor">Null before one is deployed.</param>
    public static DeclaredOptions? Read(ConfigReader protocol, Address address, Address? executor)
    {
        var reader = protocol.Section("declared", isRequired: false);
        if (!reader.IsPresent)
        {
            // The type needs it; to others it is an unknown key.
            protocol.Fail("declared", "is missing", "{ ... }");
            return null;
        }
        var text = new DeclaredText(
            [.. reader.Sections("events").Select(ReadEvent)],
            [.. reader.Sections("views").Select(ReadView)],
            reader.Text("liquidatable", Comparison),
            reader.OptionalText("open", Comparison),
            reader.OptionalText("badDebt", Comparison),
            [.. reader.Sections("calls").Select(ReadCall)],
            ReadReward(reader),
            ReadFeeds(reader),
            reader.Strings("noLongerNeeded", "signatures of errors"),
            reader.Strings("otherErrors", "signatures of errors"),
            reader.OptionalText("accountCount", "a signature such as accountCount() returns (uint256)"),
            (int)reader.Integer("accountsPerBlock", 4, 2_000, 256),
            (ulong)reader.Integer("viewGasLimit", 100_000, 50_000_000, 10_000_000),
            reader.Fail) { Executor = executor ?? default };
        reader.Finish();
        // An empty text stands for one that is missing, which was told: it would be told as a wrong one, too.
        return IsComplete(text) ? DeclaredOptions.Compile(text, address, Keccak.Hash) : null;
    }

    private static bool IsComplete(DeclaredText text) =>
        text is { Events.Count: > 0, Views.Count: > 0, Calls.Count: > 0, Liquidatable.Length: > 0 } && !text.Reward.Token.IsZero
        && text.Events.All(known => known.Event.Length > 0 && known.Account.Length > 0) && text.Views.All(view => view.Function.Length > 0 && view.Name.Length > 0)
        && text.Calls.All(call => call.Function.Length > 0 && call.ExpectedReward.Length > 0);

    private static EventText ReadEvent(ConfigReader reader)
    {
        var text = new EventText(
            reader.Text("event", "a signature such as AccountOpened(uint256 indexed id, address indexed owner)"), reader.Address("contract", isRequired: false),
            reader.Text("account", "the name of an argument"), reader.OptionalText("liquidator", "the name of an argument"), reader.Fail);
        reader.Finish();
        return text;
    }

    private static ViewText ReadView(ConfigReader reader)
    {
        var text = new ViewText(
            reader.Text("name", "a name such as health"), reader.Text("function", "a signature with returns"), reader.Address("target", isRequired: false),
            reader.Strings("arguments", "account and constants"), reader.Fail);
        reader.Finish();
        return text;
    }

    private static CallText ReadCall(ConfigReader reader)
    {
        var text = new CallText(
            reader.Choice("when", Whens, "liquidatable"), reader.Text("function", "a signature such as liquidate(address user, uint256 amount)"), reader.Address("target", isRequired: false),
            reader.OptionalText("forEach", Field), reader.Strings("arguments", "account, each, executor, max, constants, fields of views and lists of them"),
            (ulong)reader.Integer("gasLimit", 21_000, 30_000_000), reader.Integer("expectedGas", 0, 30_000_000, 0) is > 0 and var gas ? (ulong)gas : null,
            reader.Text("expectedReward", "a decimal amount of the reward's token such as \"2.5\", or a field of a view"), reader.Boolean("returnsReward", false), reader.Fail);
        reader.Finish();
        return text;
    }

    private static RewardText ReadReward(ConfigReader declared)
    {
        var reader = declared.Section("reward", isRequired: true);
        var hasPrice = reader.Has("usd");
        var usd = reader.Amount("usd", 18, 1_000_000_000, "0");
        var text = new RewardText(
            reader.Address("token", isRequired: true) ?? default, (int)reader.Integer("decimals", 0, 36), reader.OptionalText("symbol", "what the token calls itself"),
            hasPrice ? usd : null, reader.Address("feed", isRequired: false), (int)reader.Integer("feedDecimals", 0, 36, 8), reader.Fail);
        reader.Finish();
        return text;
    }

    private static List<FeedText> ReadFeeds(ConfigReader declared)
    {
        var feeds = new List<FeedText>();
        foreach (var reader in declared.Sections("feeds", isRequired: false))
        {
            var maxAge = (ulong)reader.Integer("maxAgeSeconds", 0, 31_536_000, 0);
            var feed = new FeedText(reader.Text("name", "a short name for logs and metrics"), reader.Address("proxy", isRequired: true) ?? default, maxAge == 0 ? null : maxAge);
            reader.Finish();
            if (feeds.Any(other => other.Name == feed.Name)) reader.Fail("name", "repeats the name of another feed", "each name once");
            if (feeds.Any(other => other.Proxy == feed.Proxy)) reader.Fail("proxy", "is that of another feed", "each feed once");
            feeds.Add(feed);
        }
        return feeds;
    }
}
