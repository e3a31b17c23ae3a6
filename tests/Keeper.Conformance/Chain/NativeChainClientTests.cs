using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain;

public sealed class NativeChainClientTests : ChainClientContract
{
    protected override IChainClient Connect(ClientSetup setup) => BuiltInClients.Native(setup);
}
