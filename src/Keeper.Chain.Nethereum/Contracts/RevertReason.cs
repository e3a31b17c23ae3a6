using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keeper.Chain.Nethereum.Contracts;

/// <summary>The language's own <c>Error(string)</c>, of a require.</summary>
[Error("Error")]
internal sealed class RevertReason : IErrorDTO
{
    [Parameter("string", "message", 1)]
    public string Message { get; set; } = "";
}
