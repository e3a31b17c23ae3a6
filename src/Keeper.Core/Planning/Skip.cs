namespace Keeper.Core.Planning;

/// <param name="Account">Protocol and account, as <c>perps:17</c>.</param>
/// <param name="Detail">The figures behind it, for people; null where the reason says it all.</param>
public readonly record struct Skip(string Account, SkipReason Reason, string? Detail = null);
