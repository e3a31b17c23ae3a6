using Keeper.Protocols.Declared.Abi;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>A side of a comparison.</summary>
/// <param name="Field">Null where it is <paramref name="Constant"/>.</param>
internal sealed record Operand(FieldPath? Field, Quantity Constant)
{
    /// <exception cref="FormatException">It is neither a number nor a field that is one.</exception>
    public static Operand Parse(string text, IReadOnlyList<ViewTerms> views)
    {
        if (Quantity.TryParse(text, out var constant)) return new(null, constant);
        FieldPath field;
        try
        {
            field = FieldPath.Parse(text, views);
        }
        catch (FormatException error)
        {
            throw new FormatException($"has \"{Core.Chain.ForeignText.Clean(text, 60)}\", which {error.Message}");
        }
        if (field.IsList) throw new FormatException($"has \"{text}\", which is a list");
        return field.Type.IsInteger || field.Type.Kind == WordKind.Bool ? new(field, default) : throw new FormatException($"has \"{text}\", which is {field.Type.Canonical} and no number");
    }

    public Quantity Of(IReadOnlyList<IReadOnlyList<AbiValue>> answers) => Field is null ? Constant : Quantity.Of(Field.Type, Field.Of(answers).Bits);
}
