using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

/// <summary>What a head's answers say of a slot.</summary>
/// <param name="Head">Height of the newest block that the mirror knows.</param>
/// <param name="Count">The key's nonces below are used, by the node.</param>
/// <param name="Known">The block that held it by the head before; null where none did.</param>
/// <param name="Found">The block that its receipt names now; null without one.</param>
public readonly record struct SlotSight(ulong Nonce, ulong Head, ulong Count, (ulong Number, Hash32 Hash)? Known, (ulong Number, Hash32 Hash)? Found);
