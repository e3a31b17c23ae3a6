using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keeper.Chain.Nethereum.Contracts.Executor;

// The two answers that the executor's views give.

[FunctionOutput]
internal sealed class AddressAnswer : IFunctionOutputDTO
{
    [Parameter("address", "", 1)]
    public string Value { get; set; } = "";
}

[FunctionOutput]
internal sealed class BoolAnswer : IFunctionOutputDTO
{
    [Parameter("bool", "", 1)]
    public bool Value { get; set; }
}
