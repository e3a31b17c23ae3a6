using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>What is signed: an EIP-1559 transaction, or a legacy one (EIP-155) where <see cref="Fees"/> are legacy.</summary>
/// <param name="To">Null deploys <paramref name="Data"/> as init code.</param>
public sealed record TransactionFields(
    ulong ChainId,
    ulong Nonce,
    Address? To,
    Wei Value,
    ReadOnlyMemory<byte> Data,
    Gas GasLimit,
    Fees Fees);
