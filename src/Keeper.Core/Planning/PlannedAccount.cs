using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Core.Planning;

/// <summary>One account's part of a plan.</summary>
/// <param name="Key">Protocol and account, as the journal names them: <c>perps:17</c>.</param>
/// <param name="Calls">In the order in which they must run; never empty.</param>
public sealed record PlannedAccount(string Key, IProtocol Protocol, IReadOnlyList<LiquidationCall> Calls)
{
    /// <summary>How many ways that could not be paid for were passed over.</summary>
    public int Refused { get; init; }

    /// <summary>What its calls are expected to earn.</summary>
    public Usd Reward => Calls.Aggregate(Usd.Zero, (sum, call) => sum + call.Token.ToUsd(call.ExpectedReward));
}
