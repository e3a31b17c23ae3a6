using Keeper.Core.Chain.Following;
using Keeper.Core.Chain.Nodes.Limits;
using Keeper.Core.Chain.Streaming;

namespace Keeper.Core.Chain.Nodes;

/// <summary>Port: how a client library talks to nodes. Routing, retries, following and sending to all are the same for every library.</summary>
public interface INodeDriver
{
    /// <summary>The library, as <c>keeper_build_info</c> shows it.</summary>
    string Name { get; }

    /// <param name="transport">Carries this node's requests; the node disposes of it.</param>
    /// <param name="meter">Told of each call and of each answer, as <see cref="EndpointClient{TCall, TAnswer}"/> does it.</param>
    INode Open(RpcEndpoint endpoint, IRpcTransport transport, TimeProvider time, EndpointMeter? meter = null);

    /// <summary>Subscribes to heads, and to the logs that are hints, on every socket that opens.</summary>
    /// <param name="hints">May be empty: heads alone, then.</param>
    ISocketHandler Subscribe(LogQuery hints, IHeadListener listener);
}
