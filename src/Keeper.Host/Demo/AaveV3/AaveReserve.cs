using Keeper.Core.Primitives;

namespace Keeper.Host.Demo.AaveV3;

/// <summary>How an asset is listed. Shares in ten thousandths, the bonus above 10,000.</summary>
/// <param name="Source">What the oracle asks for its price: 8 decimals, <c>latestAnswer</c>.</param>
internal sealed record AaveReserve(Address Token, Address Source, int Decimals, ulong Ltv, ulong Threshold, ulong Bonus, ulong ProtocolFee);
