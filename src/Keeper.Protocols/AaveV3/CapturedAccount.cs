namespace Keeper.Protocols.AaveV3;

/// <summary>An account as it was at one moment.</summary>
/// <param name="Category">Null where the account has none, or it was not told yet.</param>
internal sealed record CapturedAccount(Profile? Profile, byte EMode, CategoryRow? Category, IReadOnlyList<BalanceRow> Balances);
