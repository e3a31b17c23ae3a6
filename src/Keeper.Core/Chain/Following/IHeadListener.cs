namespace Keeper.Core.Chain.Following;

/// <summary>What a subscription tells. Called by the socket's task, one call at a time; never waits.</summary>
public interface IHeadListener
{
    /// <summary>The node took the subscription to heads.</summary>
    void Subscribed();

    /// <param name="reason">The node's words, cleaned and cut.</param>
    void Refused(string endpoint, string reason);

    /// <returns>Whether the chain goes on by it: the socket is of use.</returns>
    bool Head(BlockHeader head);

    /// <summary>A log that is not marked as removed.</summary>
    void Log(Log log);

    /// <summary>A message that is none of these; it is passed over, and the chain is looked at.</summary>
    void Unreadable(string endpoint, string reason);

    /// <summary>The socket is gone.</summary>
    void Ended();
}
