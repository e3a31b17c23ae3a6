using Keeper.Conformance.EndToEnd;
using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain.Faults;

[Collection(EndToEndCollection.Name)]
public sealed class NativeChainClientIdleness : ChainClientIdleness
{
    protected override IChainClient Connect(ClientSetup setup) => BuiltInClients.Native(setup);
}
