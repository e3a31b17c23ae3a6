using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Following;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Nodes.Limits;
using Keeper.Core.Chain.Streaming;

namespace Keeper.Chain.Native;

/// <summary>The built-in client: JSON-RPC by hand, on the base library alone.</summary>
public sealed class NativeDriver : INodeDriver
{
    public string Name => "native";

    public INode Open(RpcEndpoint endpoint, IRpcTransport transport, TimeProvider time, EndpointMeter? meter = null) => new NativeNode(new(endpoint, transport, RpcCodec.Instance, time, meter));

    public ISocketHandler Subscribe(LogQuery hints, IHeadListener listener) => new NativeSubscription(hints, listener);
}
