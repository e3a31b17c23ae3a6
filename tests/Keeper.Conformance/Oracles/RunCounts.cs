using Keeper.Core.Primitives;

namespace Keeper.Conformance.Oracles;

/// <summary>What a run met: one that met nothing of a kind has shown nothing of it.</summary>
internal sealed record RunCounts
{
    public int Compared { get; private set; }
    public int Zero { get; private set; }
    public int Negative { get; private set; }
    public int Rotations { get; private set; }
    public int OutOfOrder { get; private set; }
    public int Repeated { get; private set; }
    public int StatusChanges { get; private set; }
    public int SecondaryDiffers { get; private set; }
    public int Undone { get; private set; }
    public int Reads { get; private set; }

    public void Count(Int256 answer)
    {
        Compared++;
        if (answer.IsZero) Zero++;
        if (answer.IsNegative) Negative++;
    }

    public void Add(RandomFeeds feeds, BookMirror mirror)
    {
        Rotations += feeds.Rotations;
        OutOfOrder += feeds.OutOfOrder;
        Repeated += feeds.Repeated;
        StatusChanges += feeds.StatusChanges;
        SecondaryDiffers += feeds.SecondaryDiffers;
        Undone += mirror.BlocksUndone;
        Reads += mirror.Reads;
    }
}
