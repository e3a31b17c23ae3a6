namespace Keeper.Core.Mirror;

/// <summary>Something that remembers what it overwrote.</summary>
internal interface IUndoable
{
    /// <summary>A mark that grows with every change and falls with every undo.</summary>
    long Position { get; }

    void UndoTo(long position);

    void ForgetBefore(long position);
}
