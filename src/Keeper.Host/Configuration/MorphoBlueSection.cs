using Keeper.Core.Primitives;
using Keeper.Protocols.MorphoBlue;

namespace Keeper.Host.Configuration;

/// <summary>The section <c>morphoBlue</c> of a protocol's file: which markets, and what their loan tokens are worth.</summary>
internal static class MorphoBlueSection
{
    private const string Id = "ids of markets: 0x and 64 hex digits each";

    /// <param name="protocol">The protocol's file.</param>
    public static MorphoBlueOptions Read(ConfigReader protocol)
    {
        var reader = protocol.Section("morphoBlue", isRequired: false);
        if (!reader.IsPresent) protocol.Fail("morphoBlue", "is missing", "{ ... }");
        var markets = new List<Hash32>();
        foreach (var (text, _) in reader.Texts("markets", Id))
        {
            if (!Hash32.TryParse(text, out var id) || markets.Contains(id)) reader.Fail("markets", "holds what is no market's id, or one twice", Id);
            else markets.Add(id);
        }
        var tokens = ReadTokens(reader);
        reader.Finish();
        return new(markets, tokens, CapitalSection.Read(protocol));
    }

    private static List<LoanTokenOptions> ReadTokens(ConfigReader section)
    {
        var tokens = new List<LoanTokenOptions>();
        foreach (var reader in section.Sections("loanTokens"))
        {
            // Zero stands for what is not there.
            var (usd, most) = (reader.Amount("usd", 18, 1_000_000, "0"), reader.Amount("maxRepay", 18, 1_000_000_000_000, "0"));
            var token = new LoanTokenOptions(
                reader.Address("token", isRequired: true) ?? default, reader.Address("usdFeed", isRequired: false), usd.IsZero ? null : usd, most.IsZero ? null : most);
            reader.Finish();
            if (token.UsdFeed is null == token.Usd is null) reader.Fail("usdFeed", "or usd must say what the token is worth, and not both", "one of the two");
            if (tokens.Any(other => other.Token == token.Token)) reader.Fail("token", "repeats the token of another entry", "each token once");
            else tokens.Add(token);
        }
        return tokens;
    }
}
