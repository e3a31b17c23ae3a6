using Keeper.Core.Chain.Nodes.Health;

namespace Keeper.Core.Chain.Following;

/// <summary>What the socket of one endpoint tells: its heads go to the board, and to all's feed unless the endpoint is put aside. Called by that socket's task.</summary>
internal sealed class EndpointFeed(int endpoint, string name, EndpointBoard board, HeadFeed feed) : IHeadListener
{
    private bool _wasSubscribed;

    public void Subscribed()
    {
        board.Subscribed(endpoint, _wasSubscribed);
        _wasSubscribed = true;
        feed.Subscribed(endpoint);
    }

    public void Refused(string name, string reason) => feed.Refused(name, reason);

    public bool Head(BlockHeader head)
    {
        var isNew = board.Heard(endpoint, head.Ref, isAnnounced: true);
        if (board.AsideOf(endpoint) is null) feed.Head(endpoint, head with { Source = name });
        return isNew;
    }

    public void Log(Log log)
    {
        if (board.AsideOf(endpoint) is null) feed.Log(log);
    }

    public void Unreadable(string name, string reason) => feed.Unreadable(name, reason);

    public void Ended()
    {
        board.Unsubscribed(endpoint);
        feed.Ended(endpoint);
    }
}
