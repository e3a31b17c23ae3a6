using Keeper.Conformance.EndToEnd;
using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain.Faults;

[Collection(EndToEndCollection.Name)]
public sealed class NethereumChainClientIdleness : ChainClientIdleness
{
    protected override IChainClient Connect(ClientSetup setup) => BuiltInClients.Nethereum(setup);
}
