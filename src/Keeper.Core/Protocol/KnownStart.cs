namespace Keeper.Core.Protocol;

/// <summary>A beginning without history: accounts that somebody else has found, which are read from the contract.</summary>
/// <param name="Block">Logs are read from here on: every account that was there before it, and is to be known, must be in the list or be named by a log since.</param>
/// <param name="Accounts">As <see cref="IProtocol.KeyOf"/> names them, each once.</param>
public sealed record KnownStart(ulong Block, IReadOnlyList<string> Accounts);
