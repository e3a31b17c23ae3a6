using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.Declared.Abi;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>A function and what stands in its calldata: one argument for each value or array, those of tuples one by one.</summary>
internal sealed record FunctionTerms(Address Target, uint Selector, AbiSignature Signature, IReadOnlyList<Argument> Arguments)
{
    /// <exception cref="AbiException">A value does not fit where it must stand.</exception>
    public byte[] Write(UInt256 account, UInt256 each, IReadOnlyList<IReadOnlyList<AbiValue>> answers)
    {
        var writer = new AbiWriter();
        foreach (var argument in Arguments)
        {
            if (argument is Argument.Blob(var bytes)) writer.Bytes(bytes.Span);
            else if (argument is Argument.List or Argument.Whole) writer.StaticArray(argument.WordsOf(account, each, answers), (items, word) => items.Word(word));
            else writer.Word(argument.WordsOf(account, each, answers)[0]);
        }
        return writer.ToCall(Selector);
    }

    /// <summary>The words of the inputs, tuples taken apart.</summary>
    /// <exception cref="FormatException">A type that cannot be given here.</exception>
    public static IReadOnlyList<AbiType> Flatten(IReadOnlyList<AbiField> inputs)
    {
        var types = new List<AbiType>();
        foreach (var input in inputs)
        {
            if (input.Type is AbiType.Tuple { IsDynamic: false } tuple) types.AddRange(Flatten(tuple.Fields));
            else if (input.Type is AbiType.Word or AbiType.Blob or AbiType.List { Length: null, Element: AbiType.Word }) types.Add(input.Type);
            else throw new FormatException($"takes {input.Type.Canonical}, which cannot be given here");
        }
        return types;
    }
}
