using Keeper.Core.Mirror;

namespace Keeper.Conformance.EndToEnd.Kill;

/// <summary>A table of the mirror in which nothing is; its process dies where it is undone for the second time by one reorg.</summary>
internal sealed class MortalTable(Death death) : IUndoable
{
    private volatile int _undone = -1;

    public long Position => 0;

    /// <summary>The next blocks that are undone are those of a reorg.</summary>
    public void Reorganises() => _undone = 0;

    public void UndoTo(long position)
    {
        if (_undone >= 0 && ++_undone == 2) death.At(KillPoint.DuringUndo);
    }

    public void ForgetBefore(long position)
    {
    }
}
