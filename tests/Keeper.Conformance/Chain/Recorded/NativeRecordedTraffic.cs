using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain.Recorded;

public sealed class NativeRecordedTraffic : RecordedTraffic
{
    protected override IChainClient Connect(ClientSetup setup) => BuiltInClients.Native(setup);
}
