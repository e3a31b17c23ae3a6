using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keeper.Chain.Nethereum.Contracts.Executor;

/// <summary>The constructor of contracts/src/executor/LiquidationExecutor.sol.</summary>
internal sealed class LiquidationExecutorDeployment : ContractDeploymentMessage
{
    public LiquidationExecutorDeployment() : base("") { }

    [Parameter("address", "owner_", 1)]
    public string Owner { get; set; } = "";

    [Parameter("address", "operator_", 2)]
    public string Operator { get; set; } = "";

    [Parameter("address", "treasury_", 3)]
    public string Treasury { get; set; } = "";
}
