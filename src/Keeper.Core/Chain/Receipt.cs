using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <param name="Succeeded">Status 1: the transaction did not revert.</param>
/// <param name="EffectiveGasPrice">What each unit of gas cost, base fee included.</param>
public sealed record Receipt(
    Hash32 TransactionHash,
    ulong BlockNumber,
    Hash32 BlockHash,
    bool Succeeded,
    Gas GasUsed,
    Wei EffectiveGasPrice,
    Address? ContractAddress,
    IReadOnlyList<Log> Logs);
