namespace Keeper.Core.Mirror;

/// <summary>When the mirror is proven and kept.</summary>
public sealed record CheckpointOptions
{
    /// <summary>From one checkpoint to the next; zero makes none.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>From a mirror that was found wrong to the one that replaces it, at first; doubled with each that is wrong again, up to an hour.</summary>
    public TimeSpan RepairAfter { get; init; } = TimeSpan.FromMinutes(1);
}
