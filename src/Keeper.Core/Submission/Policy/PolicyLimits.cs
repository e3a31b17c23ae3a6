using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>What the configuration allows, and the time.</summary>
/// <param name="Calls">Target and selector of every function that a configured protocol plans.</param>
/// <param name="Tokens">What the configured protocols pay in.</param>
/// <param name="Now">Time of the newest block.</param>
/// <param name="LatestDeadline">The furthest deadline allowed.</param>
/// <param name="BlockNumber">The newest block.</param>
/// <param name="Code">The last reading of the pinned code.</param>
public sealed record PolicyLimits(
    ulong ChainId, Address Executor, Address Key, IReadOnlySet<(Address Target, uint Selector)> Calls, IReadOnlyCollection<Address> Tokens,
    ulong Now, ulong LatestDeadline, ulong BlockNumber, ProvenCode Code, Gas TransactionGasCap, SubmissionOptions Options)
{
    /// <summary>Of functions that deal with several protocols, what the first argument may be (<see cref="Protocol.CallableFunction.Venue"/>).</summary>
    public IReadOnlyDictionary<(Address Target, uint Selector), IReadOnlySet<Address>> Venues { get; init; } = new Dictionary<(Address, uint), IReadOnlySet<Address>>();
}
