using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.Streaming;
using Nethereum.RPC.Eth.Subscriptions;
using Newtonsoft.Json.Linq;

namespace Keeper.Chain.Nethereum.Streaming;

/// <summary>A subscription whose notifications stay JSON: the typed ones of the library read them without the checks of <see cref="Rpc.StrictJson"/>.</summary>
/// <param name="wants">The shape of its notifications, by which one is known that comes before the subscription has a name.</param>
internal sealed class TokenSubscription(IStreamingClient client, Func<JToken, bool> wants, Action<JToken> data, Action accepted, Action<string> refused) : RpcStreamingSubscriptionHandler<JToken>(client, new EthUnsubscribeRequestBuilder())
{
    public new Task SubscribeAsync(RpcRequest request) => base.SubscribeAsync(request);

    public bool Wants(JToken notification) => wants(notification);

    /// <summary>A notification that came before the acceptance.</summary>
    public void Hear(JToken notification) => data(notification);

    protected override void HandleSubscribeResponse(string subscriptionId) => accepted();
    protected override void HandleSubscribeResponseError(RpcResponseException exception) => refused(exception.Message);
    protected override void HandleDataResponse(JToken subscriptionDataResponse) => data(subscriptionDataResponse);
    protected override void HandleDataResponseError(RpcResponseException exception) => refused(exception.Message);

    // Never unsubscribed: a subscription ends with its socket.
    protected override void HandleUnsubscribeResponse(bool success) { }
    protected override void HandleUnsubscribeResponseError(RpcResponseException exception) { }
}
