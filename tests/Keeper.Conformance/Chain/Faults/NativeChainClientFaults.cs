using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain.Faults;

public sealed class NativeChainClientFaults : ChainClientFaults
{
    protected override IChainClient Connect(ClientSetup setup) => BuiltInClients.Native(setup);
}
