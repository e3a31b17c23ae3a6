using Keeper.Core.Primitives;

namespace Keeper.Host.Demo;

/// <summary>What the contract says of a stretch of blocks; the words are those of the README, "What is counted how".</summary>
/// <param name="Unhealthy">Episodes: an account that could be liquidated at the end of a block and could not, or was liquidated, in the one before.</param>
/// <param name="Liquidated">Episodes that ended by a liquidation.</param>
/// <param name="Recovered">Episodes that ended by themselves before anybody could be called late.</param>
/// <param name="Missed">Episodes of three blocks in a row without a liquidation: the accounts and their first blocks.</param>
/// <param name="Late">Liquidations that came a block or more after the first possible one.</param>
/// <param name="Duplicates">Items and transactions that failed because the keeper had already liquidated.</param>
/// <param name="MaxBlocksLate">The most blocks from the first unhealthy block to the liquidation's; at best 1, 0 without any.</param>
internal sealed record JudgeReport(
    int Unhealthy, int Liquidated, int Recovered, IReadOnlyList<(ulong Account, ulong Block)> Missed,
    IReadOnlyList<(ulong Account, ulong Block, ulong Liquidated)> Late, int Duplicates, int MaxBlocksLate,
    int Transactions, ulong GasUsed, UInt256 Reward);
