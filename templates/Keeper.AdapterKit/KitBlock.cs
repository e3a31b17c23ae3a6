using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.AdapterKit;

/// <summary>A block and its logs, in their order.</summary>
public sealed record KitBlock(BlockRef Block, IReadOnlyList<Log> Logs);
