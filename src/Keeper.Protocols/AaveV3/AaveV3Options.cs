using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;

namespace Keeper.Protocols.AaveV3;

/// <summary>What an Aave v3 pool needs to be told beside its address: how liquidations are paid for. Everything else is read from its contracts.</summary>
public sealed record AaveV3Options(CapitalOptions Capital) : ProtocolOptions, ICapitalUser
{
    /// <summary>Limits of the pool are written in dollars at 1e8: another base currency is refused.</summary>
    public override string? Currency => "USD";

    /// <summary>A pool is one market.</summary>
    public IReadOnlyList<Hash32> CapitalMarkets => [Hash32.Zero];

    public ProtocolOptions With(CapitalOptions capital) => this with { Capital = capital };
}
