namespace Keeper.Conformance.Support;

/// <summary>What a relay does with what it is told.</summary>
public enum Conduct
{
    Forwards,

    /// <summary>Says that it took it.</summary>
    Discards,

    Fails,

    /// <summary>Says nothing.</summary>
    Stalls,
}
