namespace Keeper.Protocols.Oracles;

/// <summary>How a price comes about.</summary>
internal enum PriceNodeKind : byte
{
    Constant,
    Feed,
    Pyth,
    Polled,

    /// <summary>Grows with time alone: a cap on a rate.</summary>
    Growing,

    /// <summary>The lesser of two.</summary>
    Lesser,

    /// <summary>A product over a product.</summary>
    Quotient,
}
