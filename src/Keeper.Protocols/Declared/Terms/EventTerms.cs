using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.Declared.Abi;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>An event that names accounts.</summary>
/// <param name="Account">The number of the argument that is the account.</param>
/// <param name="Liquidator">That of the argument that says who liquidated it; null where none does.</param>
internal sealed record EventTerms(Address Contract, Hash32 Topic, AbiSignature Signature, int Account, int? Liquidator)
{
    private readonly AbiField[] _data = [.. Signature.Inputs.Where(field => !field.IsIndexed)];

    public AbiType.Word AccountType => (AbiType.Word)Signature.Inputs[Account].Type;

    /// <summary>Reads the two words that are wanted. What else the event carries is its sender's to choose, however long it is, and is not looked at.</summary>
    /// <exception cref="AbiException">It is not what the event says.</exception>
    public (UInt256 Account, Address? Liquidator) Read(Log log)
    {
        Decoding.RequireTopics(log, 1 + Signature.Inputs.Count - _data.Length);
        return (Word(log, Account), Liquidator is { } liquidator ? AbiReader.ToAddress(Word(log, liquidator)) : null);
    }

    private UInt256 Word(Log log, int argument)
    {
        var before = Signature.Inputs.Take(argument).Count(field => field.IsIndexed);
        var field = Signature.Inputs[argument];
        return field.IsIndexed ? AbiDecoder.Check((AbiType.Word)field.Type, log.Topic(1 + before).Word) : AbiDecoder.HeadWord(_data, argument - before, log.Data.Span);
    }
}
