namespace Keeper.Core.Mirror;

/// <summary>A <see cref="Table{TKey, TRow}"/> as it was when it was captured, row by row. Safe for concurrent use.</summary>
public sealed class CapturedTable<TKey, TRow> where TKey : notnull where TRow : struct
{
    private readonly CapturedRows<TKey> _keys;
    private readonly CapturedRows<TRow> _rows;

    internal CapturedTable(CapturedRows<TKey> keys, CapturedRows<TRow> rows) => (_keys, _rows) = (keys, rows);

    public int Count => _rows.Count;

    public ref readonly TRow this[int index] => ref _rows[index];

    public TKey KeyAt(int index) => _keys[index];
}
