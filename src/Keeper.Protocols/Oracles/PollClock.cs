using Keeper.Core.Mirror;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.Oracles;

/// <summary>The block that questions are asked at. Goes back with the undo log.</summary>
internal sealed class PollClock
{
    private readonly Table<int, AsOf> _now;

    public PollClock(UndoLog undo)
    {
        _now = new(undo);
        _now.Put(0, default);
    }

    public AsOf Now => _now[0];

    public void Begin(BlockRef block) => _now.Set(0, new(block.Number, block.Timestamp));
}
