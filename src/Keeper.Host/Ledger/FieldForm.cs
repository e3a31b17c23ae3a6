namespace Keeper.Host.Ledger;

internal enum FieldForm
{
    /// <summary>The keeper's own text: times, hashes, amounts, which a 64-bit float would round.</summary>
    Text,

    /// <summary>A count that JSON can hold.</summary>
    Number,

    /// <summary>Somebody else may have a hand in it.</summary>
    Foreign,
}
