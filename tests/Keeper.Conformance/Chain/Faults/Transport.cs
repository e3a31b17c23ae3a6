namespace Keeper.Conformance.Chain.Faults;

/// <summary>Which URLs of a node a client is told.</summary>
public enum Transport
{
    Http,
    Socket,

    /// <summary>Requests over HTTP, heads through a socket.</summary>
    Both,
}
