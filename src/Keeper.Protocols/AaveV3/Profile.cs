using Keeper.Core.Mirror;

namespace Keeper.Protocols.AaveV3;

/// <summary>What differs between the versions of the pool, by <c>POOL_REVISION</c>. README.md beside this file says what was read and what was run.</summary>
/// <param name="Revision"><c>Pool.POOL_REVISION()</c>.</param>
/// <param name="Version">As aave-dao/aave-v3-origin and its predecessor call it.</param>
internal sealed record Profile(int Revision, string Version)
{
    /// <summary>Up to 3.0: half-up roundings throughout, close factor of the reserve's own debt, one e-mode category a reserve, stable debt. From 3.5 on: directed roundings.</summary>
    public bool IsFirst { get; init; }

    /// <summary>A reserve whose liquidation threshold is 0 is no collateral, whatever its e-mode says. Until 3.5.</summary>
    public bool NeedsThreshold { get; init; }

    /// <summary>A sentinel may forbid liquidation while a sequencer is down. Until 3.6.</summary>
    public bool HasSentinel { get; init; }

    /// <summary>Seized collateral is rounded down and the protocol's fee up. From 3.7 on; half-up before.</summary>
    public bool IsFloored { get; init; }

    public static readonly IReadOnlyList<Profile> All =
    [
        new(1, "3.0") { IsFirst = true, NeedsThreshold = true, HasSentinel = true },
        new(9, "3.5") { NeedsThreshold = true, HasSentinel = true },
        new(10, "3.6") { HasSentinel = true },
        new(11, "3.7") { IsFloored = true },
    ];

    /// <exception cref="MirrorException">No profile has it: its rules are not known.</exception>
    public static Profile Of(ulong revision) =>
        All.FirstOrDefault(profile => (ulong)profile.Revision == revision)
        ?? throw new MirrorException($"POOL_REVISION {revision} is not known; known are {string.Join(", ", All.Select(profile => $"{profile.Revision} ({profile.Version})"))}.");
}
