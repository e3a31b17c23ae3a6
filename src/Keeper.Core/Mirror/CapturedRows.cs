namespace Keeper.Core.Mirror;

/// <summary>Values of <see cref="Rows{T}"/> as they were when they were captured. Safe for concurrent use.</summary>
internal readonly struct CapturedRows<T>(T[][] chunks, int count)
{
    public int Count => count;

    public ref readonly T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));
            return ref Rows<T>.Read(chunks, index);
        }
    }
}
