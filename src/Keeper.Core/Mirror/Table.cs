using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Keeper.Core.Mirror;

/// <summary>
/// Rows of state by key, stored densely: a row's index is given once, in the order of first sight, and stays. Every change
/// is undone by the <see cref="UndoLog"/>. Not safe for concurrent use.
/// </summary>
public sealed class Table<TKey, TRow> : IUndoable where TKey : notnull where TRow : struct
{
    private readonly UndoLog _log;
    private readonly Dictionary<TKey, int> _index = [];
    private readonly Rows<TKey> _keys = new();
    private readonly Rows<TRow> _rows = new();
    private readonly List<Overwritten> _undo = [];
    private long _forgotten;

    public Table(UndoLog log)
    {
        _log = log;
        log.Register(this);
    }

    public int Count => _rows.Count;

    /// <summary>The row at an index. The reference is good until the next change.</summary>
    public ref readonly TRow this[int index] => ref _rows[index];

    public TKey KeyAt(int index) => _keys[index];
    public bool TryFind(TKey key, out int index) => _index.TryGetValue(key, out index);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TRow row)
    {
        var found = _index.TryGetValue(key, out var index);
        row = found ? _rows[index] : default;
        return found;
    }

    /// <summary>Writes a row, a new one at the end.</summary>
    /// <returns>Its index.</returns>
    public int Put(TKey key, in TRow row)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_index, key, out var isKnown);
        if (isKnown)
        {
            Set(index, row);
            return index;
        }
        index = _rows.Count;
        _keys.Add(key);
        _rows.Add(row);
        if (_log.Depth > 0) _undo.Add(new(index, default, IsNew: true));
        return index;
    }

    /// <summary>Overwrites the row at an index.</summary>
    public void Set(int index, in TRow row)
    {
        if (_log.Depth > 0) _undo.Add(new(index, _rows[index], IsNew: false));
        _rows.Set(index, row);
    }

    /// <summary>Adds a row while a table is filled at once: nothing is looked up before <see cref="Index"/> has followed.</summary>
    /// <returns>Its index.</returns>
    public int Append(TKey key, in TRow row)
    {
        _keys.Add(key);
        _rows.Add(row);
        return _rows.Count - 1;
    }

    /// <summary>Makes what was appended findable by key.</summary>
    /// <returns>False where a key is there twice: the table is of no use.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Index()
    {
        _index.EnsureCapacity(Count);
        for (var index = 0; index < Count; index++)
            if (!_index.TryAdd(_keys[index], index)) return false;
        return true;
    }

    /// <summary>The rows as they are now, for any thread. Costs next to nothing; what is written later is copied first, a thousand rows at a time.</summary>
    public CapturedTable<TKey, TRow> Capture() => new(_keys.Capture(), _rows.Capture());

    long IUndoable.Position => _forgotten + _undo.Count;

    void IUndoable.UndoTo(long position)
    {
        while (_forgotten + _undo.Count > position)
        {
            var (index, row, isNew) = _undo[^1];
            _undo.RemoveAt(_undo.Count - 1);
            if (isNew)
            {
                // Rows are only ever appended, so the newest of them stands last.
                _index.Remove(_keys[index]);
                _keys.RemoveLast();
                _rows.RemoveLast();
            }
            else _rows.Set(index, row);
        }
    }

    void IUndoable.ForgetBefore(long position)
    {
        var drop = (int)(position - _forgotten);
        if (drop <= 0) return;
        _undo.RemoveRange(0, drop);
        _forgotten = position;
    }

    private readonly record struct Overwritten(int Index, TRow Row, bool IsNew);
}
