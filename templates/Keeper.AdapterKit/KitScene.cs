using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.AdapterKit;

/// <summary>What an adapter is shown by the kit: a piece of history, made up or recorded. The more it has of what can happen, the more is found.</summary>
/// <param name="Create">Makes the adapter anew.</param>
/// <param name="Blocks">In their order, each the child of the one before.</param>
/// <param name="Answer">What the chain answers to a call in one of these blocks: always the same.</param>
public sealed record KitScene(Func<UndoLog, IProtocol> Create, IReadOnlyList<KitBlock> Blocks, Func<CallRequest, BlockRef, CallResult> Answer);
