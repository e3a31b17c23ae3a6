using Keeper.Chain.Nethereum.Rpc;
using Keeper.Chain.Nethereum.Streaming;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Following;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Nodes.Limits;
using Keeper.Core.Chain.Streaming;

namespace Keeper.Chain.Nethereum;

/// <summary>The client on Nethereum.</summary>
public sealed class NethereumDriver : INodeDriver
{
    public string Name => "nethereum";

    public INode Open(RpcEndpoint endpoint, IRpcTransport transport, TimeProvider time, EndpointMeter? meter = null) => new NethereumNode(new(endpoint, transport, JsonCodec.Instance, time, meter));

    public ISocketHandler Subscribe(LogQuery hints, IHeadListener listener) => new SocketSubscriptions(hints, listener);
}
