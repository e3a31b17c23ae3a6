using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>
/// The section <c>morphoBlue</c>. Anybody may create a market, with a token or an oracle that lies: only those that are named here are looked at.
/// </summary>
/// <param name="Markets">Ids, each once: the hash of a market's parameters.</param>
/// <param name="LoanTokens">What these markets lend, each token once.</param>
/// <param name="Capital">How liquidations are paid for.</param>
public sealed record MorphoBlueOptions(IReadOnlyList<Hash32> Markets, IReadOnlyList<LoanTokenOptions> LoanTokens, CapitalOptions Capital) : ProtocolOptions, ICapitalUser
{
    public override IReadOnlyList<Address> PriceFeeds => [.. LoanTokens.Select(token => token.UsdFeed).OfType<Address>()];

    public IReadOnlyList<Hash32> CapitalMarkets => Markets;

    public ProtocolOptions With(CapitalOptions capital) => this with { Capital = capital };
}
