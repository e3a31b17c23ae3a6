using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.Capital;

/// <summary>Options of an adapter whose liquidations a CollateralLiquidator pays for.</summary>
public interface ICapitalUser
{
    CapitalOptions Capital { get; }

    /// <summary>What the liquidator's owner must allow at the protocol's contract: ids of markets, or zero alone where the contract is one market.</summary>
    IReadOnlyList<Hash32> CapitalMarkets { get; }

    /// <summary>The same with other capital: before a liquidator stands its address is not known.</summary>
    ProtocolOptions With(CapitalOptions capital);
}
