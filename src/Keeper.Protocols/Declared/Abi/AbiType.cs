namespace Keeper.Protocols.Declared.Abi;

/// <summary>A type of the contract ABI (Solidity documentation, "Contract ABI Specification").</summary>
internal abstract record AbiType
{
    private AbiType() { }

    /// <summary>As selectors and topics are hashed of it.</summary>
    public abstract string Canonical { get; }

    /// <summary>It stands behind an offset.</summary>
    public abstract bool IsDynamic { get; }

    /// <summary>How many words it takes where it stands: one, an offset, where it is dynamic.</summary>
    public abstract int Words { get; }

    /// <summary>One word.</summary>
    /// <param name="Bits">Of an integer; of <c>bytesN</c> eight for each byte.</param>
    internal sealed record Word(WordKind Kind, int Bits) : AbiType
    {
        public override string Canonical => Kind switch
        {
            WordKind.Unsigned => $"uint{Bits}",
            WordKind.Signed => $"int{Bits}",
            WordKind.Bytes => $"bytes{Bits / 8}",
            WordKind.Bool => "bool",
            _ => "address",
        };

        public override bool IsDynamic => false;
        public override int Words => 1;
        public bool IsInteger => Kind is WordKind.Unsigned or WordKind.Signed;
    }

    /// <summary><c>bytes</c> or <c>string</c>: passed over where it is returned.</summary>
    internal sealed record Blob(bool IsText) : AbiType
    {
        public override string Canonical => IsText ? "string" : "bytes";
        public override bool IsDynamic => true;
        public override int Words => 1;
    }

    /// <param name="Length">Null where the data says how many there are.</param>
    internal sealed record List(AbiType Element, int? Length) : AbiType
    {
        public override string Canonical => $"{Element.Canonical}[{Length}]";
        public override bool IsDynamic => Length is null || Element.IsDynamic;
        public override int Words => IsDynamic ? 1 : Length!.Value * Element.Words;
    }

    internal sealed record Tuple(IReadOnlyList<AbiField> Fields) : AbiType
    {
        public override string Canonical => $"({string.Join(',', Fields.Select(member => member.Type.Canonical))})";
        public override bool IsDynamic => Fields.Any(member => member.Type.IsDynamic);
        public override int Words => IsDynamic ? 1 : Fields.Sum(member => member.Type.Words);
    }
}
