using Keeper.Core.Chain;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;

namespace Keeper.Host.Contracts;

/// <summary>Puts an executor on the chain, and proves the roles that came of it.</summary>
internal sealed class ExecutorDeployment(ContractDeployment deployment, IChainClient client, IExecutorContract contract)
{
    /// <exception cref="StartupException">It was not deployed, or not seen to be.</exception>
    public async Task<Address> RunAsync(ExecutorRoles roles, CancellationToken cancellation)
    {
        var artifact = Artifact.Load(Artifact.ExecutorName);
        var (address, at) = await deployment.RunAsync(artifact, contract.DeployData(artifact.DeployData([]), roles), cancellation);
        var state = await contract.ReadAsync(client, address, at, cancellation);
        return new ExecutorRoles(state.Owner, state.Operator, state.Treasury) == roles ? address
            : throw ContractDeployment.Failed($"left other roles at {address}", "the roles that were asked for");
    }
}
