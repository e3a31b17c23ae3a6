using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Nethereum.ABI;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.ABI.Model;

namespace Keeper.Chain.Nethereum.Contracts;

/// <summary>
/// Looks at data before Nethereum decodes it: its decoders read what is short as zeros, cut what points beyond the end, and pass over
/// dirty padding. Nothing reaches them here that they could read in another way than it was meant.
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
    public static object Decode(Type type, IEnumerable<Parameter> parameters, ReadOnlyMemory<byte> data, bool isExact)
    {
        Require(parameters, data.Span, isExact);
        return Decoder.DecodeAttributes(data.ToArray(), type);
    }

    /// <exception cref="AbiException">The data is not of these types.</exception>
    public static void Require(IEnumerable<Parameter> parameters, ReadOnlySpan<byte> data, bool isExact)
    {
        var reader = new AbiReader(data);
        foreach (var parameter in parameters.OrderBy(parameter => parameter.Order)) Walk(ref reader, parameter.ABIType);
        if (isExact) reader.RequireEnd();
    }

    private static void Walk(ref AbiReader reader, ABIType type)
    {
        switch (type)
        {
            case TupleType tuple when tuple.IsDynamic():
                WalkTuple(reader.ReadOffset(), tuple);
                break;
            case TupleType tuple:
                foreach (var component in tuple.Components) Walk(ref reader, component.ABIType);
                break;
            case DynamicArrayType array:
                WalkArray(reader.ReadOffset(), array.ElementType);
                break;
            case StringType or BytesType:
                reader.ReadOffset().ReadBytes();
                break;
            case AddressType:
                reader.ReadAddress();
                break;
            case BoolType:
                reader.ReadBool();
                break;
            case BytesElementaryType:
                WalkFixedBytes(ref reader, type);
                break;
            case IntType:
                WalkInteger(ref reader, type.CanonicalName);
                break;
            case Bytes32Type:
                reader.ReadUInt256();
                break;
            default:
                throw new NotSupportedException($"Data of type {type.Name} is not checked here.");
        }
    }

    private static void WalkTuple(AbiReader reader, TupleType tuple)
    {
        foreach (var component in tuple.Components.OrderBy(component => component.Order)) Walk(ref reader, component.ABIType);
    }

    private static void WalkArray(AbiReader reader, ABIType element)
    {
        // An element takes a word at least: its own, or its offset's.
        var count = reader.ReadLength(32);
        var elements = reader.Rest();
        for (var i = 0; i < count; i++) Walk(ref elements, element);
    }

    private static void WalkInteger(ref AbiReader reader, string name)
    {
        if (name.StartsWith("uint", StringComparison.Ordinal)) reader.ReadUInt(SizeIn(name, "uint"));
        else reader.ReadInt(SizeIn(name, "int"));
    }

    private static int SizeIn(string name, string prefix) => int.Parse(name.AsSpan(prefix.Length), System.Globalization.CultureInfo.InvariantCulture);

    private static void WalkFixedBytes(ref AbiReader reader, ABIType type)
    {
        Span<byte> word = stackalloc byte[32];
        reader.ReadUInt256().WriteBigEndian(word);
        var size = SizeIn(type.Name, "bytes");
        if (word[size..].IndexOfAnyExcept((byte)0) >= 0) throw new AbiException($"A {type.Name} has dirty padding.");
    }
}
