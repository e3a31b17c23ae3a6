using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>A call that deals with an account.</summary>
/// <param name="ForEach">A list: it is made for each of its elements.</param>
/// <param name="Reward">What it is expected to earn, in the token's smallest unit; counts without <paramref name="RewardField"/>.</param>
/// <param name="RewardField">Where the views say what it will earn; as many as <paramref name="ForEach"/> has, or one.</param>
internal sealed record CallTerms(
    bool IsForBadDebt, FunctionTerms Function, FieldPath? ForEach, Gas GasLimit, Gas ExpectedGas, UInt256 Reward, FieldPath? RewardField, bool ReturnsReward);
