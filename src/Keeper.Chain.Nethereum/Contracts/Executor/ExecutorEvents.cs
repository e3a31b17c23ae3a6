using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keeper.Chain.Nethereum.Contracts.Executor;

// The events of contracts/src/executor/ILiquidationExecutor.sol.

[Event("ItemExecuted")]
internal sealed class ItemExecutedEvent : IEventDTO
{
    [Parameter("uint256", "index", 1, true)]
    public BigInteger Index { get; set; }

    [Parameter("bool", "success", 2, false)]
    public bool Success { get; set; }

    [Parameter("bytes", "result", 3, false)]
    public byte[] Result { get; set; } = [];
}

[Event("ProfitPaid")]
internal sealed class ProfitPaidEvent : IEventDTO
{
    [Parameter("address", "token", 1, true)]
    public string Token { get; set; } = "";

    [Parameter("uint256", "amount", 2, false)]
    public BigInteger Amount { get; set; }
}

[Event("OperatorSet")]
internal sealed class OperatorSetEvent : IEventDTO
{
    [Parameter("address", "operator", 1, true)]
    public string Operator { get; set; } = "";
}

[Event("TargetAllowed")]
internal sealed class TargetAllowedEvent : IEventDTO
{
    [Parameter("address", "target", 1, true)]
    public string Target { get; set; } = "";

    [Parameter("bytes4", "selector", 2, true)]
    public byte[] Selector { get; set; } = [];

    [Parameter("bool", "allowed", 3, false)]
    public bool Allowed { get; set; }
}

[Event("TokenAllowed")]
internal sealed class TokenAllowedEvent : IEventDTO
{
    [Parameter("address", "token", 1, true)]
    public string Token { get; set; } = "";

    [Parameter("bool", "allowed", 2, false)]
    public bool Allowed { get; set; }
}

[Event("PausedSet")]
internal sealed class PausedSetEvent : IEventDTO
{
    [Parameter("bool", "paused", 1, false)]
    public bool Paused { get; set; }
}

[Event("OwnershipTransferStarted")]
internal sealed class OwnershipTransferStartedEvent : IEventDTO
{
    [Parameter("address", "owner", 1, true)]
    public string Owner { get; set; } = "";

    [Parameter("address", "pendingOwner", 2, true)]
    public string PendingOwner { get; set; } = "";
}

[Event("OwnershipTransferred")]
internal sealed class OwnershipTransferredEvent : IEventDTO
{
    [Parameter("address", "previousOwner", 1, true)]
    public string PreviousOwner { get; set; } = "";

    [Parameter("address", "newOwner", 2, true)]
    public string NewOwner { get; set; } = "";
}
