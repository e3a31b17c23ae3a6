namespace Keeper.Core.Submission;

/// <summary>The chain counts a nonce as used, and no receipt of ours says by what, or as free that was used: a node may lag, or serve the one before the other.</summary>
/// <param name="Since">When this was first seen, by the injected clock's own steps (<see cref="TimeProvider.GetTimestamp"/>).</param>
/// <param name="Block">The newest block then.</param>
internal sealed record NonceUse(ulong Nonce, long Since, ulong Block);
