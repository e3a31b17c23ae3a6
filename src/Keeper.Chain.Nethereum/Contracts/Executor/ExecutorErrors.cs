using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keeper.Chain.Nethereum.Contracts.Executor;

// The errors of contracts/src/executor/ILiquidationExecutor.sol, and that of contracts/src/token/SafeToken.sol.

[Error("NotOwner")]
internal sealed class NotOwnerError : IErrorDTO;

[Error("NotOperator")]
internal sealed class NotOperatorError : IErrorDTO;

[Error("ZeroAddress")]
internal sealed class ZeroAddressError : IErrorDTO;

[Error("Reentered")]
internal sealed class ReenteredError : IErrorDTO;

[Error("ExecutorPaused")]
internal sealed class ExecutorPausedError : IErrorDTO;

[Error("DeadlinePassed")]
internal sealed class DeadlinePassedError : IErrorDTO
{
    [Parameter("uint256", "deadline", 1)]
    public BigInteger Deadline { get; set; }
}

[Error("NoItems")]
internal sealed class NoItemsError : IErrorDTO;

[Error("NotAllowed")]
internal sealed class NotAllowedError : IErrorDTO
{
    [Parameter("address", "target", 1)]
    public string Target { get; set; } = "";

    [Parameter("bytes4", "selector", 2)]
    public byte[] Selector { get; set; } = [];
}

[Error("TokenNotAllowed")]
internal sealed class TokenNotAllowedError : IErrorDTO
{
    [Parameter("address", "token", 1)]
    public string Token { get; set; } = "";
}

[Error("DuplicateToken")]
internal sealed class DuplicateTokenError : IErrorDTO
{
    [Parameter("address", "token", 1)]
    public string Token { get; set; } = "";
}

[Error("NotAContract")]
internal sealed class NotAContractError : IErrorDTO
{
    [Parameter("address", "target", 1)]
    public string Target { get; set; } = "";
}

[Error("InsufficientGas")]
internal sealed class InsufficientGasError : IErrorDTO
{
    [Parameter("uint256", "index", 1)]
    public BigInteger Index { get; set; }
}

[Error("MinProfitNotMet")]
internal sealed class MinProfitNotMetError : IErrorDTO
{
    [Parameter("address", "token", 1)]
    public string Token { get; set; } = "";

    [Parameter("int256", "profit", 2)]
    public BigInteger Profit { get; set; }

    [Parameter("uint256", "minProfit", 3)]
    public BigInteger MinProfit { get; set; }
}

[Error("TransferFailed")]
internal sealed class TransferFailedError : IErrorDTO
{
    [Parameter("address", "token", 1)]
    public string Token { get; set; } = "";
}

[Error("TokenCallFailed")]
internal sealed class TokenCallFailedError : IErrorDTO
{
    [Parameter("address", "token", 1)]
    public string Token { get; set; } = "";
}
