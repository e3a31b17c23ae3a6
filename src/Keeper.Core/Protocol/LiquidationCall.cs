using System.Buffers.Binary;
using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <summary>One call that deals with an account, and what it is expected to earn.</summary>
/// <param name="GasLimit">Enough for the call whatever the state has become meanwhile, and no more.</param>
/// <param name="ExpectedGas">What it is likely to use where it stands in its transaction: profit is reckoned with it. The adapter says what it uses alone.</param>
/// <param name="Token">What the reward is paid in.</param>
/// <param name="ExpectedReward">In the token's smallest unit, by the contract's arithmetic at the time of the plan.</param>
/// <param name="What">For people and the journal: <c>close 1.5 of market 2</c>.</param>
public sealed record LiquidationCall(
    Address Target, ReadOnlyMemory<byte> Data, Gas GasLimit, Gas ExpectedGas, RewardToken Token, UInt256 ExpectedReward, string What)
{
    /// <summary>
    /// The call returns as its first word what it has earned, in the token's smallest unit: a simulation then tells the reward as the state at hand pays it,
    /// price impact and fees included, in the place of <see cref="ExpectedReward"/>.
    /// </summary>
    public bool ReturnsReward { get; init; }

    /// <summary>Where it cannot be paid for, <see cref="IProtocol.PlanAfter"/> knows another way.</summary>
    public bool HasAlternative { get; init; }

    /// <summary>What it is likely to use alone, as the adapter said: a copy with another <see cref="ExpectedGas"/> keeps it.</summary>
    public Gas ColdGas { get; } = ExpectedGas;

    /// <summary>What the adapter said that it earns: a copy with another <see cref="ExpectedReward"/> keeps it.</summary>
    public UInt256 AdapterReward { get; } = ExpectedReward;

    /// <summary>What is called; the selector is 0 where the data is too short for one.</summary>
    public (Address Target, uint Selector) Function => (Target, Data.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(Data.Span));
}
