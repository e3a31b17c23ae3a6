using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain.Faults;

public sealed class NethereumChainClientFaults : ChainClientFaults
{
    protected override IChainClient Connect(ClientSetup setup) => BuiltInClients.Nethereum(setup);
}
