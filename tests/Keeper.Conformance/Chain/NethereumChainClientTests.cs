using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain;

public sealed class NethereumChainClientTests : ChainClientContract
{
    protected override IChainClient Connect(ClientSetup setup) => BuiltInClients.Nethereum(setup);
}
