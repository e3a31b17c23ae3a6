using Keeper.Protocols.Declared.Abi;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>Two values and how they must stand to each other, signed or not: <c>health.equity &lt; health.maintenance</c>, <c>account.factor &lt; 1e18</c>.</summary>
internal sealed record Comparison(Operand Left, string Sign, Operand Right)
{
    private static readonly string[] Signs = ["<", "<=", ">", ">=", "==", "!="];

    /// <summary>One of the two is true or false: how near they are to each other says nothing.</summary>
    public bool IsOfTruth => Left.Field?.Type.Kind == WordKind.Bool || Right.Field?.Type.Kind == WordKind.Bool;

    /// <exception cref="FormatException">It is no comparison; the message says why.</exception>
    public static Comparison Parse(string text, IReadOnlyList<ViewTerms> views)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 3 || !Signs.Contains(parts[1])) throw new FormatException("is no comparison");
        var comparison = new Comparison(Operand.Parse(parts[0], views), parts[1], Operand.Parse(parts[2], views));
        return comparison is { Left.Field: null, Right.Field: null } ? throw new FormatException("compares two constants") : comparison;
    }

    public bool Holds(IReadOnlyList<IReadOnlyList<AbiValue>> answers, out Quantity left, out Quantity right)
    {
        (left, right) = (Left.Of(answers), Right.Of(answers));
        var order = left.CompareTo(right);
        return Sign switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            ">=" => order >= 0,
            "==" => order == 0,
            _ => order != 0,
        };
    }
}
