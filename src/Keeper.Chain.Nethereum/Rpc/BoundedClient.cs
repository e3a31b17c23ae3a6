using Keeper.Core.Chain.Nodes;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>
/// Nethereum's client port over ours: its services get the bounds, counts and faults of every other request. Its own client has one timeout for the whole
/// process, no bound on answers, and loses the words of an HTTP error.
/// </summary>
internal sealed class BoundedClient(EndpointClient<RpcRequest, Answer> endpoint) : ClientBase
{
    public override async Task<RpcResponseMessage> SendAsync(RpcRequestMessage rpcRequestMessage, string? route = null) => (await SendAsync([rpcRequestMessage]).ConfigureAwait(false))[0];

    protected override async Task<RpcResponseMessage[]> SendAsync(RpcRequestMessage[] requests)
    {
        RpcRequest[] calls = [.. requests.Select(request => new RpcRequest(request.Id, request.Method, request.RawParameters as object[] ?? [request.RawParameters]))];
        var answers = await endpoint.SendAsync(calls, CancellationToken.None).ConfigureAwait(false);
        return [.. answers.Select((answer, i) => ToMessage(requests[i].Id, answer))];
    }

    private static RpcResponseMessage ToMessage(object id, Answer answer) => answer.Failure is { } failure
        ? new RpcResponseMessage(id, new global::Nethereum.JsonRpc.Client.RpcMessages.RpcError { Code = failure.Code, Message = failure.Message, Data = failure.RevertData is { } data ? Keeper.Core.Primitives.Hex.Encode(data.Span) : null })
        : new RpcResponseMessage(id, answer.Result);
}
