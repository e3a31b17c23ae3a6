using Keeper.Core.Protocol;
using Keeper.Protocols.Capital;

namespace Keeper.Protocols.AaveV3;

/// <summary>What an Aave v3 pool needs to be told beside its address: how liquidations are paid for. Everything else is read from its contracts.</summary>
public sealed record AaveV3Options(CapitalOptions Capital) : ProtocolOptions;
