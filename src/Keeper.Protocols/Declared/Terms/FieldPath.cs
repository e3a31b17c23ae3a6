using System.Globalization;
using Keeper.Protocols.Declared.Abi;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>A place in a view's answer: <c>health.equity</c>, <c>account.markets</c>, <c>account.markets.length</c>, <c>account.positions.id</c>.</summary>
/// <param name="View">Its number.</param>
/// <param name="Type">Of the value, or of each value of the list.</param>
/// <param name="IsList">There are several: those of an array, or one of each tuple of an array.</param>
internal sealed record FieldPath(int View, IReadOnlyList<int> Steps, AbiType.Word Type, bool IsList)
{
    private const int Each = -1, Length = -2;

    private static readonly AbiType.Word Count = new(WordKind.Unsigned, 256);

    /// <exception cref="FormatException">There is no such place, or no word is there; the message says why.</exception>
    public static FieldPath Parse(string text, IReadOnlyList<ViewTerms> views)
    {
        var parts = text.Split('.');
        var view = views.TakeWhile(known => known.Name != parts[0]).Count();
        if (view == views.Count) throw new FormatException($"names no view; the views are {string.Join(", ", views.Select(known => known.Name))}");
        var outputs = views[view].Signature.Outputs;
        var (steps, isList) = (new List<int>(), false);
        // One value, a struct most often, needs no name.
        AbiType at = new AbiType.Tuple(outputs);
        if (outputs.Count == 1 && (parts.Length == 1 || outputs[0].Name is null && !IsNumber(parts[1])))
        {
            steps.Add(0);
            at = outputs[0].Type;
        }
        foreach (var part in parts[1..])
        {
            if (at is AbiType.List && part == "length" && !isList)
            {
                steps.Add(Length);
                at = Count;
                continue;
            }
            if (at is AbiType.List { Element: AbiType.Tuple element } && !isList)
            {
                steps.Add(Each);
                (at, isList) = (element, true);
            }
            if (at is not AbiType.Tuple tuple) throw new FormatException($"has no \"{part}\": there is {at.Canonical}");
            var field = IsNumber(part) ? int.Parse(part, CultureInfo.InvariantCulture) : tuple.Fields.TakeWhile(known => known.Name != part).Count();
            if (field >= tuple.Fields.Count)
                throw new FormatException($"has no \"{part}\"; there are {string.Join(", ", tuple.Fields.Select((known, i) => known.Name ?? i.ToString(CultureInfo.InvariantCulture)))}");
            steps.Add(field);
            at = tuple.Fields[field].Type;
        }
        if (at is AbiType.List { Element: AbiType.Word items } && !isList) (at, isList) = (items, true);
        return at is AbiType.Word word ? new(view, steps, word, isList) : throw new FormatException($"is {at.Canonical}, which is no value of one word");
    }

    public AbiValue Of(IReadOnlyList<IReadOnlyList<AbiValue>> answers) => Follow(new(default, answers[View]), 0);

    private AbiValue Follow(AbiValue value, int from)
    {
        for (var i = from; i < Steps.Count; i++)
        {
            if (Steps[i] == Length) return new((ulong)value.Items!.Count);
            if (Steps[i] == Each) return new(default, [.. value.Items!.Select(item => Follow(item, i + 1))]);
            value = value.Items![Steps[i]];
        }
        return value;
    }

    private static bool IsNumber(string part) => part.Length is 1 or 2 && part.All(char.IsAsciiDigit);
}
