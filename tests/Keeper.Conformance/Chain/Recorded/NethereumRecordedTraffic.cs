using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain.Recorded;

public sealed class NethereumRecordedTraffic : RecordedTraffic
{
    protected override IChainClient Connect(ClientSetup setup) => BuiltInClients.Nethereum(setup);
}
