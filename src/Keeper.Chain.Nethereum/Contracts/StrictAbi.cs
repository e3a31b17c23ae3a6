using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Nethereum.ABI;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.ABI.Model;

namespace Keeper.Chain.Nethereum.Contracts;

/// <summary>
/// Reads data strictly and lays it out anew before Nethereum decodes it: its decoders read what is short as zeros, cut what points
/// beyond the end, pass over dirty padding, and take a value to end where the next one's offset points. Nothing reaches them here that
/// they could read in another way than it was meant.
/// </summary>
internal static class StrictAbi
{
    private static readonly FunctionCallDecoder Decoder = new();
    private static readonly AttributesToABIExtractor Extractor = new();

    /// <summary>The answer of a function.</summary>
    /// <param name="isExact">Nothing may stand behind the last value; of static parameters only.</param>
    /// <exception cref="AbiException">The data is not of the types of <typeparamref name="T"/>.</exception>
    public static T DecodeAnswer<T>(ReadOnlyMemory<byte> data, bool isExact) where T : new() =>
        (T)Decode(typeof(T), Extractor.ExtractParametersFromAttributes(typeof(T)), data, isExact);

    /// <summary>A log's data or an error's arguments as a data object.</summary>
    /// <param name="parameters">Those of the type.</param>
    /// <param name="isExact">As above.</param>
    /// <exception cref="AbiException">The data is not of these types.</exception>
    public static object Decode(Type type, IEnumerable<Parameter> parameters, ReadOnlyMemory<byte> data, bool isExact) =>
        Decoder.DecodeAttributes(Canonical(parameters, data.Span, isExact), type);

    /// <summary>The same values in the one layout that every encoder gives them.</summary>
    /// <exception cref="AbiException">The data is not of these types.</exception>
    public static byte[] Canonical(IEnumerable<Parameter> parameters, ReadOnlySpan<byte> data, bool isExact)
    {
        var reader = new AbiReader(data);
        var writer = new AbiWriter();
        foreach (var parameter in parameters.OrderBy(parameter => parameter.Order)) Copy(ref reader, writer, parameter.ABIType);
        if (isExact) reader.RequireEnd();
        return writer.ToArray();
    }

    private static void Copy(ref AbiReader reader, AbiWriter writer, ABIType type)
    {
        switch (type)
        {
            case TupleType tuple when tuple.IsDynamic():
                writer.Tail(Tuple(reader.ReadOffset(), tuple));
                break;
            case TupleType tuple:
                foreach (var component in tuple.Components.OrderBy(component => component.Order)) Copy(ref reader, writer, component.ABIType);
                break;
            case DynamicArrayType array:
                writer.Tail(Array(reader.ReadOffset(), array.ElementType));
                break;
            case StringType or BytesType:
                writer.Bytes(reader.ReadOffset().ReadBytes());
                break;
            case AddressType:
                writer.Word(reader.ReadAddress());
                break;
            case BoolType:
                writer.Word(reader.ReadBool());
                break;
            case BytesElementaryType:
                writer.Word(FixedBytes(reader.ReadUInt256(), type));
                break;
            case IntType when type.CanonicalName.StartsWith("uint", StringComparison.Ordinal):
                writer.Word(reader.ReadUInt(SizeIn(type.CanonicalName, "uint")));
                break;
            case IntType:
                writer.Word(reader.ReadInt(SizeIn(type.CanonicalName, "int")));
                break;
            case Bytes32Type:
                writer.Word(reader.ReadUInt256());
                break;
            default:
                throw new NotSupportedException($"Data of type {type.Name} is not checked here.");
        }
    }

    private static byte[] Tuple(AbiReader reader, TupleType tuple)
    {
        var writer = new AbiWriter();
        foreach (var component in tuple.Components.OrderBy(component => component.Order)) Copy(ref reader, writer, component.ABIType);
        return writer.ToArray();
    }

    private static byte[] Array(AbiReader reader, ABIType element)
    {
        // The elements would stand behind an offset and a length of their own kind.
        if (element.IsDynamic() && element is not TupleType) throw new NotSupportedException($"Arrays of {element.Name} are not checked here.");
        // An element takes a word at least: its own, or its offset's.
        var count = reader.ReadLength(32);
        var elements = reader.Rest();
        var writer = new AbiWriter();
        for (var i = 0; i < count; i++) Copy(ref elements, writer, element);
        return [.. new AbiWriter().Word((ulong)count).ToArray(), .. writer.ToArray()];
    }

    private static UInt256 FixedBytes(UInt256 value, ABIType type)
    {
        Span<byte> word = stackalloc byte[32];
        value.WriteBigEndian(word);
        return word[SizeIn(type.Name, "bytes")..].IndexOfAnyExcept((byte)0) < 0 ? value : throw new AbiException($"A {type.Name} has dirty padding.");
    }

    private static int SizeIn(string name, string prefix) => int.Parse(name.AsSpan(prefix.Length), System.Globalization.CultureInfo.InvariantCulture);
}
