using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared;

/// <summary>A protocol as configuration declares it: the texts, before they are understood.</summary>
/// <param name="Liquidatable">A comparison of two values, such as <c>health.equity &lt; health.maintenance</c>: where it holds the account can be liquidated.</param>
/// <param name="Open">A comparison that holds where the account has something that could be liquidated; null where every account has.</param>
/// <param name="BadDebt">A comparison that holds where nothing is left to liquidate and the account owes; null where the protocol has no such thing.</param>
/// <param name="NoLongerNeeded">Errors by which the contract says that somebody was first, or that the account recovered.</param>
/// <param name="OtherErrors">The other errors that it has.</param>
/// <param name="AccountCount">A view without arguments that returns how many accounts there are; null where the contract has none.</param>
/// <param name="AccountsPerBlock">Accounts that one request asks about.</param>
/// <param name="ViewGasLimit">Gas of a view that did not answer before: it is asked alone.</param>
public sealed record DeclaredText(
    IReadOnlyList<EventText> Events, IReadOnlyList<ViewText> Views, string Liquidatable, string? Open, string? BadDebt, IReadOnlyList<CallText> Calls, RewardText Reward,
    IReadOnlyList<FeedText> Feeds, IReadOnlyList<string> NoLongerNeeded, IReadOnlyList<string> OtherErrors, string? AccountCount, int AccountsPerBlock, ulong ViewGasLimit, TermFault Fail)
{
    /// <summary>Who makes the calls, and is paid; zero where there is none yet, and nothing can be sent.</summary>
    public Address Executor { get; init; }
}
