namespace Keeper.Core.Chain.Following;

/// <summary>Intervals and bounds of following, all derived from the block time of the chain.</summary>
internal sealed record FollowOptions(TimeSpan BlockTime, int FinalityDepth)
{
    /// <summary>Blocks that are fetched at once while a gap is filled.</summary>
    public const ulong SegmentLength = 64;

    /// <summary>Events that wait for the caller. A full queue holds the walker back, and drops hints.</summary>
    public const int QueueLength = 1024;

    /// <summary>A hint further ahead says nothing about the state that the caller holds.</summary>
    public const ulong HintDistance = 16;

    public static FollowOptions For(ChainProfile profile) => new(profile.BlockTime, profile.FinalityDepth);

    /// <summary>Where nothing announces heads.</summary>
    public TimeSpan PollInterval { get; } = Max(BlockTime / 4, TimeSpan.FromMilliseconds(25));

    /// <summary>Where a socket announces them: only to notice what it cannot tell (a rollback, a death in silence).</summary>
    public TimeSpan AuditInterval { get; } = Max(BlockTime * 2, TimeSpan.FromMilliseconds(500));

    /// <summary>A socket without a head for this long is dropped.</summary>
    public TimeSpan Silence { get; } = Max(BlockTime * 3, TimeSpan.FromSeconds(5));

    /// <summary>How long a node must stay behind us before that is a rollback and not a lag.</summary>
    public TimeSpan RollbackPatience { get; } = Max(BlockTime, TimeSpan.FromMilliseconds(200));

    /// <summary>Blocks between two looks at the finalized tag.</summary>
    public ulong FinalityEvery { get; } = (ulong)Math.Clamp(FinalityDepth / 8, 1, 16);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
