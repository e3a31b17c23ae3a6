namespace Keeper.Core.Mirror;

/// <summary>
/// Values stored densely in chunks. <see cref="Capture"/> hands the chunks out as they are; a chunk that was handed out is copied
/// before it is next written, so that another thread reads a moment's values while this one goes on. Not safe for concurrent use
/// beside what was captured.
/// </summary>
internal sealed class Rows<T>
{
    /// <summary>Wide enough that a million rows are a thousand references, narrow enough that a copy takes microseconds.</summary>
    private const int Shift = 10, Size = 1 << Shift, Mask = Size - 1;

    private T[][] _chunks = [];
    private bool[] _isShared = [];

    public int Count { get; private set; }

    /// <summary>The reference is good until the next change.</summary>
    public ref readonly T this[int index] =>
        ref (uint)index < (uint)Count ? ref _chunks[index >> Shift][index & Mask] : ref OutOfRange();

    public void Set(int index, in T value)
    {
        if ((uint)index >= (uint)Count) OutOfRange();
        Own(index >> Shift)[index & Mask] = value;
    }

    public void Add(in T value)
    {
        var chunk = Count >> Shift;
        if (chunk == _chunks.Length) Grow(Math.Max(4, 2 * chunk));
        Own(chunk)[Count & Mask] = value;
        Count++;
    }

    public void RemoveLast()
    {
        if (Count == 0) OutOfRange();
        Count--;
    }

    /// <summary>The values as they are now, for any thread.</summary>
    public CapturedRows<T> Capture()
    {
        _isShared.AsSpan().Fill(true);
        return new((T[][])_chunks.Clone(), Count);
    }

    private T[] Own(int chunk)
    {
        ref var rows = ref _chunks[chunk];
        if (rows is null) rows = new T[Size];
        else if (_isShared[chunk]) rows = (T[])rows.Clone();
        _isShared[chunk] = false;
        return rows;
    }

    private void Grow(int chunks)
    {
        Array.Resize(ref _chunks, chunks);
        Array.Resize(ref _isShared, chunks);
    }

    private static ref T OutOfRange() => throw new ArgumentOutOfRangeException("index");

    internal static ref readonly T Read(T[][] chunks, int index) => ref chunks[index >> Shift][index & Mask];
}
