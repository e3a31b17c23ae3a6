using Keeper.Chain.Nethereum.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Following;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Streaming;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.Eth.Subscriptions;
using Newtonsoft.Json.Linq;

namespace Keeper.Chain.Nethereum.Streaming;

/// <summary>Heads and hints through Nethereum's subscriptions, anew on every socket that opens.</summary>
internal sealed class SocketSubscriptions(LogQuery hints, IHeadListener listener) : ISocketHandler
{
    private volatile SupervisedStreamingClient? _client;

    public async ValueTask OpenedAsync(SupervisedSocket socket, SocketTarget target, CancellationToken cancellation)
    {
        var client = new SupervisedStreamingClient(socket, reason => listener.Refused(target.Name, reason));
        _client = client;
        var heads = new TokenSubscription(client, token => !IsLog(token), token => Head(socket, token), listener.Subscribed, reason =>
        {
            listener.Refused(target.Name, reason);
            socket.Drop();
        });
        await heads.SubscribeAsync(new EthNewBlockHeadersSubscriptionRequestBuilder().BuildRequest()).WaitAsync(cancellation).ConfigureAwait(false);
        if (hints.IsEmpty) return;
        var logs = new TokenSubscription(client, IsLog, Log, static () => { }, reason => listener.Refused(target.Name, reason));
        await logs.SubscribeAsync(new EthLogsSubscriptionRequestBuilder().BuildRequest(Requests.Filter(new NewFilterInput(), hints), null)).WaitAsync(cancellation).ConfigureAwait(false);
    }

    public void Received(SupervisedSocket socket, SocketTarget target, ReadOnlyMemory<byte> message)
    {
        try
        {
            _client?.Receive(message);
        }
        catch (Exception error)
        {
            // The library's handlers throw what they like; the next message is no worse for it.
            listener.Unreadable(target.Name, error is MalformedAnswerException ? error.Message : error.GetType().Name);
        }
    }

    public void Closed(SocketTarget target) => listener.Ended();

    private static bool IsLog(JToken token) => token is JObject log && log.ContainsKey("topics");

    private void Head(SupervisedSocket socket, JToken token)
    {
        if (listener.Head(HeaderAnswer.Read(token) ?? throw new MalformedAnswerException("a head is null"))) socket.Progress();
    }

    private void Log(JToken token)
    {
        var log = Strict.Required(StrictJson.To<FilterLog>(token), "a log");
        if (!log.Removed) listener.Log(log.ToLog());
    }
}
