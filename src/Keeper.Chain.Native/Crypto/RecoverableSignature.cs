using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Crypto;

/// <param name="R">The x coordinate of the nonce point modulo n.</param>
/// <param name="S">At most n / 2 (EIP-2).</param>
/// <param name="RecoveryId">Bit 0: y of the nonce point is odd. Bit 1: x exceeded n, which nobody has ever seen.</param>
internal readonly record struct RecoverableSignature(UInt256 R, UInt256 S, byte RecoveryId);
