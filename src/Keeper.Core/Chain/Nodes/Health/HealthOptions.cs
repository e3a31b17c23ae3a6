namespace Keeper.Core.Chain.Nodes.Health;

/// <summary>Intervals and bounds of judging endpoints, all derived from the block time of the chain.</summary>
internal sealed record HealthOptions(ulong ChainId, TimeSpan BlockTime)
{
    /// <summary>Blocks that an endpoint may be behind: ten seconds of them, at least 3, at most 64.</summary>
    public ulong MaxLag { get; } = (ulong)Math.Clamp(Math.Ceiling(TimeSpan.FromSeconds(10) / BlockTime), 3, 64);

    /// <summary>How long a disagreement or a lag must last: reorganisations reach endpoints at different moments.</summary>
    public TimeSpan Patience { get; } = Max(BlockTime * 3, TimeSpan.FromSeconds(5));

    /// <summary>How long a head counts as its endpoint's word.</summary>
    public TimeSpan VoteLasts { get; } = Max(BlockTime * 6, TimeSpan.FromSeconds(10));

    /// <summary>Without a head for this long an endpoint is asked for it, where there are several.</summary>
    public TimeSpan PollEvery { get; } = Max(BlockTime * 2, TimeSpan.FromMilliseconds(500));

    /// <summary>Before an endpoint that failed is asked again; doubles up to <see cref="MaxBackoff"/>.</summary>
    public TimeSpan FailureBackoff { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Before an endpoint that was put aside is looked at again; doubles up to <see cref="MaxBackoff"/>.</summary>
    public TimeSpan AsideBackoff { get; } = TimeSpan.FromSeconds(5);

    public TimeSpan MaxBackoff { get; } = TimeSpan.FromMinutes(1);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
