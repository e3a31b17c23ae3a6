using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.Declared.Abi;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>A view that is asked for an account.</summary>
internal sealed record ViewTerms(string Name, FunctionTerms Function)
{
    public AbiSignature Signature => Function.Signature;

    /// <param name="gas">Where it did not answer before: as much as it may use, alone.</param>
    public CallRequest Ask(UInt256 account, Gas? gas) => new(Function.Target, Function.Write(account, UInt256.Zero, []), GasLimit: gas);

    public bool Takes(UInt256 account) => Function.Arguments.SelectMany(argument => argument is Argument.List list ? list.Items : [argument]).OfType<Argument.Account>().All(argument => argument.Type.Kind == WordKind.Address || account.BitLength <= argument.Type.Bits);

    /// <exception cref="AbiException">It is not what the signature says.</exception>
    public IReadOnlyList<AbiValue> Read(ReadOnlySpan<byte> answer) => AbiDecoder.Decode(Signature.Outputs, answer);
}
