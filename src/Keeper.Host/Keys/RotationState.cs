namespace Keeper.Host.Keys;

/// <summary>How far a change of the operator's key has come: what has to happen next.</summary>
internal enum RotationState
{
    /// <summary>Something of the old key is still open: nothing was made.</summary>
    Drain,

    /// <summary>The executor's owner has to send the transaction that makes the new key its operator.</summary>
    Owner,

    /// <summary>The executor obeys the new key; the configuration still names the old one.</summary>
    Configuration,

    /// <summary>The configuration names the key that the executor obeys.</summary>
    Done,
}
