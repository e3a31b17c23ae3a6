using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Abi;

/// <summary>
/// Writes ABI words in order. A dynamic value is written into a writer of its own and appended as a tail: <see cref="Tail"/>
/// leaves an offset word in the head, which <see cref="ToArray"/> fills in.
/// </summary>
public sealed class AbiWriter
{
    private readonly List<byte> _head = [];
    private readonly List<(int Position, byte[] Body)> _tails = [];

    public AbiWriter Word(UInt256 value)
    {
        Span<byte> word = stackalloc byte[32];
        value.WriteBigEndian(word);
        _head.AddRange(word);
        return this;
    }

    /// <summary>Spares callers a cast: a uint converts to both words below.</summary>
    public AbiWriter Word(uint value) => Word((UInt256)value);

    public AbiWriter Word(Int256 value) => Word(value.Bits);
    public AbiWriter Word(Hash32 value) => Word(value.Word);
    public AbiWriter Word(bool value) => Word(value ? UInt256.One : UInt256.Zero);

    public AbiWriter Word(Address value)
    {
        Span<byte> word = stackalloc byte[32];
        word.Clear();
        value.CopyTo(word[12..]);
        _head.AddRange(word);
        return this;
    }

    /// <summary>A dynamic value: its encoding goes behind the head, its offset here.</summary>
    public AbiWriter Tail(byte[] body)
    {
        _tails.Add((_head.Count, body));
        return Word(UInt256.Zero);
    }

    /// <summary>A <c>bytes</c> argument.</summary>
    public AbiWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        var padded = new byte[32 + (bytes.Length + 31) / 32 * 32];
        ((UInt256)(ulong)bytes.Length).WriteBigEndian(padded.AsSpan(0, 32));
        bytes.CopyTo(padded.AsSpan(32));
        return Tail(padded);
    }

    /// <summary>An array of elements that are each one or more words.</summary>
    public AbiWriter StaticArray<T>(IReadOnlyList<T> items, Action<AbiWriter, T> write)
    {
        var body = new AbiWriter().Word((ulong)items.Count);
        foreach (var item in items) write(body, item);
        return Tail(body.ToArray());
    }

    /// <summary>An array of elements that are dynamic themselves.</summary>
    public AbiWriter DynamicArray<T>(IReadOnlyList<T> items, Action<AbiWriter, T> write)
    {
        var elements = new AbiWriter();
        foreach (var item in items)
        {
            var element = new AbiWriter();
            write(element, item);
            elements.Tail(element.ToArray());
        }
        return Tail([.. new AbiWriter().Word((ulong)items.Count).ToArray(), .. elements.ToArray()]);
    }

    public byte[] ToArray() => Assemble([]);

    /// <summary>The calldata of a call: four bytes of selector, then the arguments.</summary>
    public byte[] ToCall(uint selector) => Assemble([(byte)(selector >> 24), (byte)(selector >> 16), (byte)(selector >> 8), (byte)selector]);

    private byte[] Assemble(ReadOnlySpan<byte> prefix)
    {
        var result = new byte[prefix.Length + _head.Count + _tails.Sum(tail => tail.Body.Length)];
        prefix.CopyTo(result);
        var arguments = result.AsSpan(prefix.Length);
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_head).CopyTo(arguments);
        var offset = _head.Count;
        foreach (var (position, body) in _tails)
        {
            ((UInt256)(ulong)offset).WriteBigEndian(arguments.Slice(position, 32));
            body.CopyTo(arguments[offset..]);
            offset += body.Length;
        }
        return result;
    }
}
