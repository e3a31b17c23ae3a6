using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <summary>What one log tells of one account besides the state that it changes.</summary>
/// <param name="Account">As <see cref="IProtocol.KeyOf"/> names it.</param>
/// <param name="Liquidator">Who liquidated it, where the log tells that; else something of the account's own has changed.</param>
public readonly record struct AccountActivity(string Account, Address? Liquidator);
