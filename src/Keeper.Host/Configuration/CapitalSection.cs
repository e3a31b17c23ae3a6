using Keeper.Chain.Native.Crypto;
using Keeper.Core.Primitives;
using Keeper.Protocols.Capital;

namespace Keeper.Host.Configuration;

/// <summary>The section <c>capital</c> of a protocol whose liquidations must be paid for.</summary>
internal static class CapitalSection
{
    private static readonly Dictionary<string, CapitalFunding> Fundings = new()
    {
        ["flash"] = CapitalFunding.Flash, ["own"] = CapitalFunding.Own, ["own-or-hold"] = CapitalFunding.OwnOrHold,
    };

    /// <param name="protocol">The protocol's file.</param>
    public static CapitalOptions Read(ConfigReader protocol)
    {
        // The types that need it do; to others it is an unknown key.
        var reader = protocol.Section("capital", isRequired: false);
        if (!reader.IsPresent) protocol.Fail("capital", "is missing", "{ ... }");
        var liquidator = reader.Address("liquidator", isRequired: true) ?? default;
        var funding = reader.Choice("funding", Fundings, "flash");
        var options = new CapitalOptions(liquidator, funding, (uint)reader.Integer("flashPremiumPpm", 0, 100_000, 0), ReadRoutes(reader, funding)) { SameTokens = ReadSameTokens(reader) };
        reader.Finish();
        return options;
    }

    private static List<Address> ReadSameTokens(ConfigReader capital)
    {
        const string Expected = "addresses of tokens, each once";
        var tokens = new List<Address>();
        foreach (var text in capital.Strings("sameTokens", Expected))
        {
            if (Address.TryParse(text, out var token) && !token.IsZero && AddressChecksum.IsAcceptable(text) && !tokens.Contains(token)) tokens.Add(token);
            else capital.Fail("sameTokens", "holds what is no address, or one twice", Expected);
        }
        return tokens;
    }

    private static List<SwapRoute> ReadRoutes(ConfigReader capital, CapitalFunding funding)
    {
        var routes = new List<SwapRoute>();
        foreach (var reader in capital.Sections("routes", isRequired: !capital.Has("sameTokens")))
        {
            // Zero stands for what is not there.
            var most = reader.Amount("maxRepay", 18, 1_000_000_000_000, "0");
            var route = new SwapRoute(
                reader.Address("from", isRequired: true) ?? default,
                reader.Address("to", isRequired: true) ?? default,
                reader.Address("swapper", isRequired: false) ?? default,
                reader.Bytes("path", maximum: 512),
                (uint)reader.Integer("costPpm", 0, 500_000)) { MaxRepay = most.IsZero ? null : most };
            reader.Finish();
            if (reader.Has("swapper") != reader.Has("path")) reader.Fail(reader.Has("swapper") ? "path" : "swapper", "is missing", "a swapper and its path; neither where own funds buy the collateral");
            else if (!reader.Has("swapper") && funding != CapitalFunding.OwnOrHold) reader.Fail("swapper", "is missing", "a swapper and its path, or funding own-or-hold");
            if (route.From == route.To) reader.Fail("to", "is the token that is sold", "another token; the same token needs no route");
            if (routes.Any(other => other.From == route.From && other.To == route.To)) reader.Fail("from", "repeats the pair of another route", "each pair once");
            routes.Add(route);
        }
        return routes;
    }
}
