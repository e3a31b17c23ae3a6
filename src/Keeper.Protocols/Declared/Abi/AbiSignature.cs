using System.Globalization;

namespace Keeper.Protocols.Declared.Abi;

/// <summary>
/// A function, an event or an error as a person writes it: <c>balanceOf(address owner) returns (uint256)</c>. Names of values are optional, and only they may be left out.
/// </summary>
/// <param name="Outputs">Empty without <c>returns</c>.</param>
internal sealed record AbiSignature(string Name, IReadOnlyList<AbiField> Inputs, IReadOnlyList<AbiField> Outputs)
{
    private const int MaxLength = 2_048, MaxDepth = 4, MaxFields = 64, MaxFixedLength = 64, MaxSuffixes = 2;

    private static readonly string[] Leading = ["function", "event", "error"];

    /// <summary>Says nothing of the values, and may stand where Solidity allows it.</summary>
    private static readonly string[] Passed = ["external", "public", "view", "pure", "payable", "memory", "calldata"];

    /// <summary>Without names and returns: what is hashed.</summary>
    public string Canonical => $"{Name}({string.Join(',', Inputs.Select(input => input.Type.Canonical))})";

    /// <exception cref="FormatException">It is no signature, or has a type that is not supported; the message says which.</exception>
    public static AbiSignature Parse(string text)
    {
        if (text.Length > MaxLength) throw new FormatException($"a signature of {text.Length} characters; {MaxLength} are the most");
        var parser = new Parser(text);
        var name = parser.Word();
        if (Leading.Contains(name)) name = parser.Word();
        if (!IsName(name)) throw new FormatException($"no name where one is expected, at {parser.Place}");
        var inputs = parser.Fields(depth: 0);
        parser.PassWords();
        IReadOnlyList<AbiField> outputs = parser.TryWord("returns") ? parser.Fields(depth: 0) : [];
        parser.PassWords();
        parser.RequireEnd();
        return new(name, inputs, outputs);
    }

    private static bool IsName(string word) => word.Length > 0 && !char.IsAsciiDigit(word[0]);

    private sealed class Parser(string text)
    {
        private int _at;

        public string Place => _at >= text.Length ? "its end" : $"character {_at + 1}";

        public string Word()
        {
            Blanks();
            var start = _at;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '_' or '$')) _at++;
            return text[start.._at];
        }

        public bool TryWord(string wanted)
        {
            var before = _at;
            if (Word() == wanted) return true;
            _at = before;
            return false;
        }

        public void PassWords()
        {
            while (Passed.Any(TryWord))
            {
            }
        }

        public IReadOnlyList<AbiField> Fields(int depth)
        {
            if (depth > MaxDepth) throw new FormatException($"tuples more than {MaxDepth} deep");
            Require('(');
            var fields = new List<AbiField>();
            if (Next(')')) return fields;
            do
            {
                if (fields.Count == MaxFields) throw new FormatException($"more than {MaxFields} values");
                fields.Add(Field(depth));
            }
            while (Next(','));
            Require(')');
            var names = fields.Where(field => field.Name is not null).Select(field => field.Name!).ToArray();
            return names.Distinct().Count() == names.Length ? fields : throw new FormatException("a name that stands twice");
        }

        public void RequireEnd()
        {
            Blanks();
            if (_at < text.Length) throw new FormatException($"something that is not expected at {Place}");
        }

        private AbiField Field(int depth)
        {
            var type = Type(depth);
            var isIndexed = false;
            while (true)
            {
                if (TryWord("indexed")) isIndexed = true;
                else if (!Passed.Any(TryWord)) break;
            }
            var name = Word();
            if (name.Length > 0 && !IsName(name)) throw new FormatException($"no name where one is expected, at {Place}");
            return new(name.Length == 0 ? null : name, type, isIndexed);
        }

        private AbiType Type(int depth)
        {
            var name = Word();
            AbiType type = name is "" or "tuple" ? new AbiType.Tuple(Fields(depth + 1)) : Elementary(name);
            if (type is AbiType.Tuple { Fields.Count: 0 }) throw new FormatException("a tuple of nothing");
            for (var suffixes = 0; Next('['); suffixes++)
            {
                if (suffixes == MaxSuffixes) throw new FormatException($"an array of arrays of arrays; {MaxSuffixes} are the most");
                var length = Word();
                Require(']');
                if (length.Length == 0) type = new AbiType.List(type, null);
                else if (int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MaxFixedLength) type = new AbiType.List(type, count);
                else throw new FormatException($"an array of {length}; 1 to {MaxFixedLength} are supported");
            }
            return type;
        }

        private static AbiType Elementary(string name)
        {
            if (name == "address") return new AbiType.Word(WordKind.Address, 160);
            if (name == "bool") return new AbiType.Word(WordKind.Bool, 1);
            if (name is "bytes" or "string") return new AbiType.Blob(name == "string");
            if (Size(name, "uint") is { } unsigned and >= 8 and <= 256 && unsigned % 8 == 0) return new AbiType.Word(WordKind.Unsigned, unsigned);
            if (Size(name, "int") is { } signed and >= 8 and <= 256 && signed % 8 == 0) return new AbiType.Word(WordKind.Signed, signed);
            if (Size(name, "bytes") is { } bytes and >= 1 and <= 32) return new AbiType.Word(WordKind.Bytes, 8 * bytes);
            throw new FormatException(name is "uint" or "int" ? $"the type {name}; write {name}256" : $"the type {Core.Chain.ForeignText.Clean(name, 40)}, which is not supported");
        }

        private static int? Size(string name, string prefix) =>
            name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length && name[prefix.Length] != '0'
            && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;

        private void Blanks()
        {
            while (_at < text.Length && text[_at] is ' ' or '\t' or '\n' or '\r') _at++;
        }

        private bool Next(char wanted)
        {
            Blanks();
            if (_at >= text.Length || text[_at] != wanted) return false;
            _at++;
            return true;
        }

        private void Require(char wanted)
        {
            if (!Next(wanted)) throw new FormatException($"no '{wanted}' at {Place}");
        }
    }
}
