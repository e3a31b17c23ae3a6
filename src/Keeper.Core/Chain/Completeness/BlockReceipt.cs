namespace Keeper.Core.Chain.Completeness;

/// <summary>What a block commits to of one transaction's outcome.</summary>
/// <param name="Type">EIP-2718; 0 is a legacy transaction.</param>
/// <param name="CumulativeGasUsed">Of the block, up to and including this transaction.</param>
/// <param name="DepositNonce">Of a deposit of the OP stack alone.</param>
/// <param name="DepositVersion">Of a deposit since the OP stack's Canyon; without it, its nonce is no part of what the block commits to.</param>
public sealed record BlockReceipt(byte Type, bool Succeeded, ulong CumulativeGasUsed, IReadOnlyList<Log> Logs, ulong? DepositNonce = null, ulong? DepositVersion = null);
