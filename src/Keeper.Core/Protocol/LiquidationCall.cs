using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <summary>One call that deals with an account, and what it is expected to earn.</summary>
/// <param name="GasLimit">Enough for the call whatever the state has become meanwhile, and no more.</param>
/// <param name="ExpectedGas">What it is likely to use: profit is reckoned with it.</param>
/// <param name="Token">What the reward is paid in.</param>
/// <param name="ExpectedReward">In the token's smallest unit, by the contract's arithmetic at the time of the plan.</param>
/// <param name="What">For people and the journal: <c>close 1.5 of market 2</c>.</param>
public sealed record LiquidationCall(
    Address Target, ReadOnlyMemory<byte> Data, Gas GasLimit, Gas ExpectedGas, RewardToken Token, UInt256 ExpectedReward, string What);
