using Keeper.Core.Primitives;

namespace Keeper.Core.OrderFlow;

/// <summary>One transaction for one block, as it is offered to builders. An auction would add what is bid beside the fees.</summary>
/// <param name="Slot">The hash of the first transaction ever signed for this nonce: what comes later under it replaces what came before.</param>
/// <param name="NextBlock">The block that is being built.</param>
/// <param name="LastBlock">The last one for which these bytes are private.</param>
public sealed record PrivateOrder(ReadOnlyMemory<byte> Raw, Hash32 Slot, ulong NextBlock, ulong LastBlock);
