using Keeper.Core.Primitives;
using Keeper.Protocols.Declared.Abi;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>What stands in one word, one <c>bytes</c> or one array of calldata.</summary>
internal abstract record Argument
{
    private Argument() { }

    internal sealed record Account(AbiType.Word Type) : Argument;

    /// <summary>The element of the list that the call is made for.</summary>
    internal sealed record Each(AbiType.Word Type) : Argument;

    internal sealed record Constant(AbiType.Word Type, UInt256 Value) : Argument;

    internal sealed record Blob(ReadOnlyMemory<byte> Value) : Argument;

    internal sealed record Field(AbiType.Word Type, FieldPath Path) : Argument;

    /// <summary>An array of these.</summary>
    internal sealed record List(IReadOnlyList<Argument> Items) : Argument;

    /// <summary>An array of all that a list of a view has.</summary>
    internal sealed record Whole(AbiType.Word Type, FieldPath Path) : Argument;

    /// <summary>What a placeholder may mean where it stands.</summary>
    /// <param name="Account">The accounts' type.</param>
    /// <param name="Element">Of the list that the call is made for; null where there is none.</param>
    /// <param name="Views">Whose fields may be named; empty where none may.</param>
    /// <param name="Executor">Who calls.</param>
    internal sealed record Context(AbiType.Word Account, AbiType.Word? Element, IReadOnlyList<ViewTerms> Views, Address Executor);

    /// <exception cref="FormatException">It is nothing that can stand there; the message says why.</exception>
    public static Argument Parse(string text, AbiType type, Context context)
    {
        if (type is AbiType.Blob) return text.StartsWith("0x", StringComparison.Ordinal) && TryHex(text) is { } bytes ? new Blob(bytes) : throw new FormatException("is no constant such as 0x, which alone can stand for bytes");
        return type is AbiType.List list ? ParseList(text, (AbiType.Word)list.Element, context) : ParseWord(text, (AbiType.Word)type, context);
    }

    /// <summary>The words that stand for it: one, or those of an array; only integers of another width need a look.</summary>
    /// <exception cref="Core.Chain.Abi.AbiException">A value does not fit.</exception>
    public IReadOnlyList<UInt256> WordsOf(UInt256 account, UInt256 each, IReadOnlyList<IReadOnlyList<AbiValue>> answers) => this switch
    {
        Account given => [AbiDecoder.Check(given.Type, account)],
        Each given => [AbiDecoder.Check(given.Type, each)],
        Constant given => [given.Value],
        Field given => [AbiDecoder.Check(given.Type, given.Path.Of(answers).Bits)],
        Whole given => [.. given.Path.Of(answers).Items!.Select(item => AbiDecoder.Check(given.Type, item.Bits))],
        List given => [.. given.Items.SelectMany(item => item.WordsOf(account, each, answers))],
        _ => throw new InvalidOperationException("It is no word."),
    };

    private static Argument ParseList(string text, AbiType.Word element, Context context)
    {
        if (text.StartsWith('[') && text.EndsWith(']'))
        {
            var items = text[1..^1].Split(',', StringSplitOptions.TrimEntries);
            return items is [""] ? new List([]) : new List([.. items.Select(item => ParseWord(item, element, context))]);
        }
        if (text is "account" or "each" or "executor" or "max" || context.Views.Count == 0) throw new FormatException("is one value, where a list such as [account] stands");
        var field = FieldPath.Parse(text, context.Views);
        if (!field.IsList) throw new FormatException($"is one {field.Type.Canonical}, where a list stands; [{text}] is a list of it");
        Require(field.Type, element);
        return new Whole(element, field);
    }

    private static Argument ParseWord(string text, AbiType.Word word, Context context)
    {
        switch (text)
        {
            case "account":
                Require(context.Account, word);
                return new Account(word);
            case "each":
                Require(context.Element ?? throw new FormatException("is each, and there is no forEach"), word);
                return new Each(word);
            case "executor":
                Require(new(WordKind.Address, 160), word);
                return new Constant(word, UInt256.ReadBigEndian(Padded(context.Executor)));
            case "max":
                if (!word.IsInteger) throw new FormatException($"is max, where {word.Canonical} stands");
                return new Constant(word, word.Kind == WordKind.Unsigned ? UInt256.MaxValue >> (256 - word.Bits) : UInt256.MaxValue >> (257 - word.Bits));
        }
        if (TryConstant(text, word) is { } constant) return new Constant(word, constant);
        if (text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] == '-' || text is "true" or "false")) throw new FormatException($"is no {word.Canonical}");
        if (context.Views.Count == 0) throw new FormatException("is an unknown placeholder");
        var field = FieldPath.Parse(text, context.Views);
        if (field.IsList) throw new FormatException("is a list; forEach makes the call for each of its elements");
        Require(field.Type, word);
        return new Field(word, field);
    }

    private static void Require(AbiType.Word given, AbiType.Word wanted)
    {
        if (given.Kind != wanted.Kind || (given.Kind == WordKind.Bytes && given.Bits != wanted.Bits)) throw new FormatException($"is {given.Canonical}, where {wanted.Canonical} stands");
    }

    private static UInt256? TryConstant(string text, AbiType.Word type)
    {
        switch (type.Kind)
        {
            case WordKind.Bool:
                return text is "true" or "false" ? (text == "true" ? UInt256.One : UInt256.Zero) : null;
            case WordKind.Address:
                return Address.TryParse(text, out var address) ? UInt256.ReadBigEndian(Padded(address)) : null;
            case WordKind.Bytes:
                return TryHex(text) is { } bytes && bytes.Length == type.Bits / 8 ? UInt256.ReadBigEndian([.. bytes, .. new byte[32 - bytes.Length]]) : null;
            default:
                return text is not ("true" or "false") && Quantity.TryParse(text, out var quantity) ? quantity.ToWord(type) : null;
        }
    }

    private static byte[] Padded(Address address)
    {
        var word = new byte[32];
        address.CopyTo(word.AsSpan(12));
        return word;
    }

    private static byte[]? TryHex(string text)
    {
        if (!text.StartsWith("0x", StringComparison.Ordinal) || text.Length % 2 != 0 || text.Length > 2 + 2 * 1_024) return null;
        var bytes = new byte[text.Length / 2 - 1];
        return Hex.TryDecodeExact(text, bytes) ? bytes : null;
    }
}
