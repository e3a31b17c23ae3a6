namespace Keeper.Core.Mirror.Snapshots;

/// <summary>Why a snapshot is not used; also a metric's label.</summary>
public enum SnapshotFault
{
    /// <summary>The file cannot be opened, read or written.</summary>
    Unreadable,

    /// <summary>Cut short, altered, or never a snapshot.</summary>
    Damaged,

    /// <summary>Of another version of the format.</summary>
    OtherFormat,

    OtherChain,

    /// <summary>Its block is not in the chain, or no longer.</summary>
    BlockGone,

    /// <summary>The sums over it are not what the contract says.</summary>
    TotalsDiffer,

    /// <summary>Another has taken its place since it was looked at: that one may be used.</summary>
    Replaced,
}
