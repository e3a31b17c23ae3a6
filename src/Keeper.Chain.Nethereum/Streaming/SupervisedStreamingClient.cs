using Keeper.Chain.Nethereum.Rpc;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Streaming;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;
using Nethereum.JsonRpc.Client.Streaming;
using Newtonsoft.Json.Linq;

namespace Keeper.Chain.Nethereum.Streaming;

/// <summary>
/// Nethereum's streaming port over one open <see cref="SupervisedSocket"/>. Its own client never reconnects, spins after a close frame, ends with a handler that
/// throws and can lose the answer to a subscription: here the answer is expected before the request goes out, and a notification that overtakes it, or comes
/// without it, is told apart by shape. Used by the socket's task.
/// </summary>
internal sealed class SupervisedStreamingClient(SupervisedSocket socket, Action<string> refused) : IStreamingClient
{
    private readonly Dictionary<long, (IRpcStreamingResponseHandler Handler, object Id)> _requests = [];
    private readonly Dictionary<string, IRpcStreamingResponseHandler> _subscriptions = new(StringComparer.Ordinal);
    private long _lastId;

    /// <summary>As long as its socket lives, which somebody else sees to.</summary>
    public bool IsStarted => true;

    public Task StartAsync() => Task.CompletedTask;

    public Task StopAsync() => Task.CompletedTask;

    public bool AddSubscription(string subscriptionId, IRpcStreamingResponseHandler handler) => _subscriptions.TryAdd(subscriptionId, handler);

    public bool RemoveSubscription(string subscriptionId) => _subscriptions.Remove(subscriptionId);

    public async Task SendRequestAsync(RpcRequest request, IRpcStreamingResponseHandler requestResponseHandler, string? route = null)
    {
        var id = ++_lastId;
        _requests[id] = (requestResponseHandler, request.Id);
        await socket.SendAsync(JsonCodec.Instance.Write([request], id), CancellationToken.None).ConfigureAwait(false);
    }

    /// <exception cref="MalformedAnswerException">The message is neither an answer to a request of ours nor a notification.</exception>
    public void Receive(ReadOnlyMemory<byte> utf8)
    {
        if (StrictJson.Parse(utf8) is not JObject json) throw new MalformedAnswerException("the message is not an object");
        if (json["method"] is { Type: JTokenType.String }) Notify(json);
        else Answer(json);
    }

    private void Answer(JObject json)
    {
        // A node that could not make out a request answers without its id, and one that takes no more of them may do so, too.
        if (JsonCodec.IdOf(json) is null && JsonCodec.FailureOf(json) is { } failure)
        {
            refused(failure.Message);
            return;
        }
        if (JsonCodec.IdOf(json) is not { } id || !_requests.Remove(id, out var request)) throw new MalformedAnswerException("the answer has a wrong id");
        var message = StrictJson.Whole<RpcStreamingResponseMessage>(Answered(json));
        message.Id = request.Id; // a handler knows its answer by the id of its request
        request.Handler.HandleResponse(message);
    }

    private void Notify(JObject json)
    {
        if (json["params"] is not JObject parameters || parameters["subscription"] is not { Type: JTokenType.String } || parameters["result"] is not { } result) throw new MalformedAnswerException("the notification lacks a field");
        var message = StrictJson.Whole<RpcStreamingResponseMessage>(new JObject { ["method"] = json["method"], ["params"] = new JObject { ["subscription"] = parameters["subscription"], ["result"] = result } });
        if (_subscriptions.TryGetValue(message.Params.Subscription, out var subscribed)) subscribed.HandleResponse(message);
        else if (_requests.Values.Select(request => request.Handler).OfType<TokenSubscription>().FirstOrDefault(subscription => subscription.Wants(message.Params.Result)) is { } expecting)
            expecting.Hear(message.Params.Result);
        else throw new MalformedAnswerException("the notification is of no subscription of ours");
    }

    /// <summary>
    /// Written anew, since the library finds members in any letter case, takes a missing name of a subscription for one, and demands an error's message.
    /// </summary>
    private static JObject Answered(JObject json) =>
        JsonCodec.FailureOf(json) is { } failure ? new JObject { ["error"] = new JObject { ["code"] = failure.Code, ["message"] = failure.Message } }
        : json["result"] is JValue { Value: string { Length: > 0 } name } ? new JObject { ["result"] = name }
        : throw new MalformedAnswerException("the subscription has no name");
}
