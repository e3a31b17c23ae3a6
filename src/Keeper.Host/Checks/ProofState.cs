namespace Keeper.Host.Checks;

internal enum ProofState
{
    Ok,

    /// <summary>The keeper can work; an operator should look.</summary>
    Warning,
    Failed,

    /// <summary>Something before it failed.</summary>
    NotAsked,
}
