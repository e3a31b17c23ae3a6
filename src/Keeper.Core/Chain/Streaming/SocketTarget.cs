namespace Keeper.Core.Chain.Streaming;

/// <summary>Where a socket leads.</summary>
/// <param name="Name">The endpoint's configured name: all that is ever shown.</param>
/// <param name="Url">May hold a secret.</param>
public sealed record SocketTarget(string Name, Uri Url)
{
    public override string ToString() => Name;
}
