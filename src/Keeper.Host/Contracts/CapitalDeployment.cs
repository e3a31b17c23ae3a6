using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Host.Contracts;

/// <summary>Puts a liquidator on the chain for an executor, and a swapper for it where a router is named.</summary>
internal sealed class CapitalDeployment(ContractDeployment deployment, IChainClient client)
{
    /// <param name="maxSlippagePpm">How far below a protocol's own price a sale may be, until the owner says otherwise.</param>
    /// <exception cref="StartupException">It was not deployed, or not seen to be.</exception>
    public async Task<Address> LiquidatorAsync(Address owner, Address executor, Address treasury, uint maxSlippagePpm, CancellationToken cancellation)
    {
        var (address, at) = await deployment.RunAsync(Artifact.Load(Artifact.LiquidatorName), LiquidatorContract.DeployData(owner, executor, maxSlippagePpm), cancellation);
        var state = await LiquidatorContract.ReadAsync(client, address, [], [(Address.Zero, Address.Zero)], at, cancellation);
        return (state.Owner, state.Executor, state.Treasury, state.SlippagePpm[0]) == (owner, executor, treasury, maxSlippagePpm) ? address
            : throw ContractDeployment.Failed($"left other roles at {address}", "the roles that were asked for");
    }

    /// <exception cref="StartupException">It was not deployed, or not seen to be.</exception>
    public async Task<Address> SwapperAsync(Address router, bool hasDeadline, CancellationToken cancellation) =>
        (await deployment.RunAsync(Artifact.Load(Artifact.UniswapV3SwapperName), LiquidatorContract.DeploySwapperData(router, hasDeadline), cancellation)).Address;
}
