namespace Keeper.Core.Mirror;

/// <summary>
/// Lets the tables of a mirror go back by block. Each block (or hint) is a frame; what a table overwrites while a frame is
/// open it can restore. Before the first frame nothing is recorded, so that a back-fill costs nothing.
/// Not safe for concurrent use: the loop owns it.
/// </summary>
public sealed class UndoLog
{
    private readonly List<IUndoable> _tables = [];
    private readonly LinkedList<long[]> _frames = new();

    /// <summary>How many frames can be rolled back.</summary>
    public int Depth => _frames.Count;

    /// <summary>Begins a frame.</summary>
    public void Push() => _frames.AddLast(_tables.ConvertAll(table => table.Position).ToArray());

    /// <summary>Restores every table to what it was when the last frame began, and drops the frame.</summary>
    /// <exception cref="InvalidOperationException">There is no frame.</exception>
    public void Rollback()
    {
        var marks = _frames.Last?.Value ?? throw new InvalidOperationException("There is no frame to roll back.");
        _frames.RemoveLast();
        for (var i = 0; i < marks.Length; i++) _tables[i].UndoTo(marks[i]);
    }

    /// <summary>Forgets the oldest frames until at most <paramref name="keep"/> remain: they can no longer be rolled back.</summary>
    public void Forget(int keep)
    {
        while (_frames.Count > keep) _frames.RemoveFirst();
        for (var i = 0; i < _tables.Count; i++) _tables[i].ForgetBefore(_frames.First?.Value[i] ?? _tables[i].Position);
    }

    internal void Register(IUndoable table)
    {
        if (Depth > 0) throw new InvalidOperationException("A table joins before the first frame.");
        _tables.Add(table);
    }
}
