using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keeper.Chain.Nethereum.Contracts.Executor;

// Functions of contracts/src/executor/ILiquidationExecutor.sol that its owner, or whoever looks at it, calls.

[Function("owner", "address")]
internal sealed class OwnerFunction : FunctionMessage;

[Function("operator", "address")]
internal sealed class OperatorFunction : FunctionMessage;

[Function("treasury", "address")]
internal sealed class TreasuryFunction : FunctionMessage;

[Function("paused", "bool")]
internal sealed class PausedFunction : FunctionMessage;

[Function("isTargetAllowed", "bool")]
internal sealed class IsTargetAllowedFunction : FunctionMessage
{
    [Parameter("address", "target", 1)]
    public string Target { get; set; } = "";

    [Parameter("bytes4", "selector", 2)]
    public byte[] Selector { get; set; } = [];
}

[Function("isTokenAllowed", "bool")]
internal sealed class IsTokenAllowedFunction : FunctionMessage
{
    [Parameter("address", "token", 1)]
    public string Token { get; set; } = "";
}

[Function("allowTarget")]
internal sealed class AllowTargetFunction : FunctionMessage
{
    [Parameter("address", "target", 1)]
    public string Target { get; set; } = "";

    [Parameter("bytes4", "selector", 2)]
    public byte[] Selector { get; set; } = [];

    [Parameter("bool", "allowed", 3)]
    public bool Allowed { get; set; }
}

[Function("allowToken")]
internal sealed class AllowTokenFunction : FunctionMessage
{
    [Parameter("address", "token", 1)]
    public string Token { get; set; } = "";

    [Parameter("bool", "allowed", 2)]
    public bool Allowed { get; set; }
}

[Function("setOperator")]
internal sealed class SetOperatorFunction : FunctionMessage
{
    [Parameter("address", "operator", 1)]
    public string Operator { get; set; } = "";
}

[Function("setPaused")]
internal sealed class SetPausedFunction : FunctionMessage
{
    [Parameter("bool", "paused", 1)]
    public bool Paused { get; set; }
}
