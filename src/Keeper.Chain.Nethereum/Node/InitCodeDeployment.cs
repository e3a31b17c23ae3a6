using Nethereum.Contracts;

namespace Keeper.Chain.Nethereum.Node;

/// <summary>Init code that has its arguments already.</summary>
internal sealed class InitCodeDeployment : ContractDeploymentMessage
{
    public InitCodeDeployment() : base("") { }
}
