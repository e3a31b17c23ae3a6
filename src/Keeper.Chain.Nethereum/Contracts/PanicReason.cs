using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keeper.Chain.Nethereum.Contracts;

/// <summary>The language's own <c>Panic(uint256)</c>, of an assert.</summary>
[Error("Panic")]
internal sealed class PanicReason : IErrorDTO
{
    [Parameter("uint256", "code", 1)]
    public BigInteger Code { get; set; }
}
