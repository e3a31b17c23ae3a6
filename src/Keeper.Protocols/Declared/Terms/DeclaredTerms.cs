using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>What configuration declares of a protocol, understood and checked.</summary>
/// <param name="AreAddresses">Accounts are addresses, and not numbers.</param>
/// <param name="StateVersion">Of a saved state: another where other events name accounts.</param>
/// <param name="AccountCount">A view without arguments.</param>
internal sealed record DeclaredTerms(
    IReadOnlyList<EventTerms> Events, bool AreAddresses, IReadOnlyList<ViewTerms> Views, Comparison Liquidatable, Comparison? Open, Comparison? BadDebt, IReadOnlyList<CallTerms> Calls,
    RewardTerms Reward, IReadOnlyList<FeedText> Feeds, DeclaredErrors Errors, ViewTerms? AccountCount, int AccountsPerBlock, Gas ViewGasLimit, ulong StateVersion)
{
    /// <summary>What judges accounts says only true or false: it tells nobody who is near.</summary>
    public bool IsBlind => Liquidatable.IsOfTruth;

    /// <summary>Whether the account fits in each view's arguments: what an event tells of may be wider.</summary>
    public bool CanAsk(UInt256 account) => Views.All(view => view.Takes(account));
}
