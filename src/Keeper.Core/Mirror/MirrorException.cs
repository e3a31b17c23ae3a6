namespace Keeper.Core.Mirror;

/// <summary>What arrived does not follow from what the mirror holds: something was missed.</summary>
public sealed class MirrorException(string message) : Exception(message)
{
    /// <summary>The chain went back further than can be undone.</summary>
    public bool IsDeepReorg { get; init; }
}
