using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared.Abi;

/// <summary>
/// Reads the data of an answer or a log by its types, strictly: what is too short, too wide or has dirty padding throws <see cref="AbiException"/>, and so does more than
/// anybody needs. The data is a stranger's.
/// </summary>
internal static class AbiDecoder
{
    /// <summary>Longer data is not looked at.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Values in one answer: offsets may point to the same place over and over.</summary>
    private const int MaxValues = 4_096;

    public static IReadOnlyList<AbiValue> Decode(IReadOnlyList<AbiField> fields, ReadOnlySpan<byte> data)
    {
        if (data.Length > MaxBytes) throw new AbiException($"{data.Length} bytes of data, of which {MaxBytes} are the most.");
        RequireHead(fields, data);
        var frame = new AbiReader(data);
        var budget = MaxValues;
        return ReadFields(fields, ref frame, ref budget);
    }

    /// <summary>The value of one field, which is a word; of the others only the room that they take is looked at. Data of any length.</summary>
    public static UInt256 HeadWord(IReadOnlyList<AbiField> fields, int index, ReadOnlySpan<byte> data)
    {
        RequireHead(fields, data);
        var word = new AbiReader(data[(32 * fields.Take(index).Sum(field => field.Type.Words))..]);
        return ReadWord((AbiType.Word)fields[index].Type, ref word);
    }

    /// <summary>A value that stands in one word: of a topic, or of a list.</summary>
    public static UInt256 Check(AbiType.Word type, UInt256 word)
    {
        Span<byte> data = stackalloc byte[32];
        word.WriteBigEndian(data);
        var reader = new AbiReader(data);
        return ReadWord(type, ref reader);
    }

    private static void RequireHead(IReadOnlyList<AbiField> fields, ReadOnlySpan<byte> data)
    {
        var head = 32 * fields.Sum(field => field.Type.Words);
        if (data.Length < head || (data.Length > head && !fields.Any(field => field.Type.IsDynamic))) throw new AbiException($"{data.Length} bytes of data, where {head} are expected.");
    }

    private static AbiValue[] ReadFields(IReadOnlyList<AbiField> fields, ref AbiReader frame, ref int budget)
    {
        var values = new AbiValue[fields.Count];
        for (var i = 0; i < values.Length; i++) values[i] = Read(fields[i].Type, ref frame, ref budget);
        return values;
    }

    private static AbiValue[] ReadItems(AbiType element, int count, ref AbiReader frame, ref int budget)
    {
        if (count > budget) throw new AbiException($"More than {MaxValues} values.");
        var values = new AbiValue[count];
        for (var i = 0; i < count; i++) values[i] = Read(element, ref frame, ref budget);
        return values;
    }

    private static AbiValue Read(AbiType type, ref AbiReader frame, ref int budget)
    {
        if (--budget < 0) throw new AbiException($"More than {MaxValues} values.");
        switch (type)
        {
            case AbiType.Word word:
                return new(ReadWord(word, ref frame));
            case AbiType.Blob:
                frame.ReadOffset().ReadBytes();
                return default;
            case AbiType.List { Length: null } list:
                var body = frame.ReadOffset();
                var count = body.ReadLength(32 * list.Element.Words);
                var rest = body.Rest();
                return new(default, ReadItems(list.Element, count, ref rest, ref budget));
            case AbiType.List { IsDynamic: true } list:
                var items = frame.ReadOffset();
                return new(default, ReadItems(list.Element, list.Length!.Value, ref items, ref budget));
            case AbiType.List list:
                return new(default, ReadItems(list.Element, list.Length!.Value, ref frame, ref budget));
            case AbiType.Tuple { IsDynamic: true } tuple:
                var members = frame.ReadOffset();
                return new(default, ReadFields(tuple.Fields, ref members, ref budget));
            case AbiType.Tuple tuple:
                return new(default, ReadFields(tuple.Fields, ref frame, ref budget));
            default:
                throw new InvalidOperationException($"No such type: {type.Canonical}.");
        }
    }

    private static UInt256 ReadWord(AbiType.Word type, ref AbiReader reader)
    {
        switch (type.Kind)
        {
            case WordKind.Unsigned:
                return reader.ReadUInt(type.Bits);
            case WordKind.Signed:
                return reader.ReadInt(type.Bits).Bits;
            case WordKind.Bool:
                return reader.ReadBool() ? UInt256.One : UInt256.Zero;
            case WordKind.Bytes:
                var word = reader.ReadUInt256();
                return type.Bits == 256 || (word << type.Bits).IsZero ? word : throw new AbiException($"A {type.Canonical} has dirty padding.");
            default:
                var address = reader.ReadUInt256();
                return address.BitLength <= 160 ? address : throw new AbiException("An address has dirty padding.");
        }
    }
}
