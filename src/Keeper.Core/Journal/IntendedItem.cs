namespace Keeper.Core.Journal;

/// <summary>One call of a batch.</summary>
/// <param name="Account">Protocol and account, as <c>perps:17</c>.</param>
/// <param name="What">For people: <c>close 1.5 of market 2</c>.</param>
public sealed record IntendedItem(string Account, string What);
