using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>The arguments of <c>execute</c>, read back from calldata. Only the one encoding that the ABI's own rules give is taken.</summary>
public sealed record ExecutorArguments(
    IReadOnlyList<(Address Target, ulong GasLimit, ReadOnlyMemory<byte> Data)> Items, IReadOnlyList<(Address Token, UInt256 Amount)> MinProfits, ulong Deadline)
{
    private const int Selector = 4;

    /// <param name="calldata">With its selector, which is not looked at.</param>
    /// <exception cref="AbiException">It is malformed, or another encoding of the same: overlapping, dirty or trailing bytes.</exception>
    public static ExecutorArguments Decode(ReadOnlySpan<byte> calldata)
    {
        if (calldata.Length < Selector) throw new AbiException("The calldata has no selector.");
        var head = new AbiReader(calldata[Selector..]);
        var items = ReadItems(head.ReadOffset());
        var minProfits = ReadMinProfits(head.ReadOffset());
        var decoded = new ExecutorArguments(items, minProfits, head.ReadUInt64());
        // What a lenient reader would skip is found by writing it anew.
        if (!decoded.Encode().AsSpan(Selector).SequenceEqual(calldata[Selector..])) throw new AbiException("The calldata is not in the ABI's own order.");
        return decoded;
    }

    private static (Address, ulong, ReadOnlyMemory<byte>)[] ReadItems(AbiReader array)
    {
        var items = new (Address, ulong, ReadOnlyMemory<byte>)[array.ReadLength(elementSize: 32)];
        var elements = array.Rest();
        long total = 0;
        for (var i = 0; i < items.Length; i++)
        {
            var element = elements.ReadOffset();
            var (target, gas) = (element.ReadAddress(), element.ReadUInt64());
            var bytes = element.ReadOffset().ReadBytes();
            // Items that share their bytes could make a little calldata into a lot of memory.
            total += bytes.Length;
            if (total > array.Remaining) throw new AbiException("Items overlap.");
            items[i] = (target, gas, bytes.ToArray());
        }
        return items;
    }

    private static (Address, UInt256)[] ReadMinProfits(AbiReader array)
    {
        var minimums = new (Address, UInt256)[array.ReadLength(elementSize: 64)];
        for (var i = 0; i < minimums.Length; i++) minimums[i] = (array.ReadAddress(), array.ReadUInt256());
        return minimums;
    }

    /// <summary>The call, selector included.</summary>
    public byte[] Encode() => new AbiWriter()
        .DynamicArray(Items, (writer, item) => writer.Word(item.Target).Word(item.GasLimit).Bytes(item.Data.Span))
        .StaticArray(MinProfits, (writer, min) => writer.Word(min.Token).Word(min.Amount))
        .Word(Deadline)
        .ToCall(ExecutorCall.ExecuteSelector);
}
