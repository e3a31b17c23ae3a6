using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Declared.Terms;

namespace Keeper.Protocols.Declared;

/// <summary>A declared protocol whose texts are understood.</summary>
public sealed record DeclaredOptions : ProtocolOptions
{
    private DeclaredOptions(DeclaredTerms terms) => Terms = terms;

    internal DeclaredTerms Terms { get; }

    public override IReadOnlyList<Address> PriceFeeds => Terms.Reward.Feed is { } feed ? [feed] : [];

    /// <summary>Tells everything that is wrong to the texts' own <see cref="TermFault"/>s.</summary>
    /// <param name="protocol">The protocol's contract.</param>
    /// <param name="hash">Keccak-256, for selectors and topics.</param>
    /// <returns>Null where something is wrong.</returns>
    public static DeclaredOptions? Compile(DeclaredText text, Address protocol, Keccak256 hash) => new TermsCompiler(text, protocol, hash).Compile() is { } terms ? new(terms) : null;
}
