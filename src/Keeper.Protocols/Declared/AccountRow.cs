using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared;

/// <summary>What is known of an account.</summary>
/// <param name="AskedIn">The block, or hint's block, in which it was last asked about; zero before.</param>
/// <param name="AskedAt">The height of it.</param>
/// <param name="HeardIn">The block, or hint's block, at which the state stood when that was answered: the same, or a later one.</param>
/// <param name="Reading">What its views said then; null where it was not asked yet, or did not answer.</param>
/// <param name="Silences">How often in a row it did not answer: a view reverted, was not run to its end, or answered what it does not return.</param>
/// <param name="Touches">How many logs have told of it.</param>
/// <param name="Seen">How many of them had when it was last asked about.</param>
internal readonly record struct AccountRow(Hash32 AskedIn, ulong AskedAt, Hash32 HeardIn, Reading? Reading, byte Silences, uint Touches, uint Seen)
{
    /// <summary>Blocks that the longest pause lasts, as a power of two.</summary>
    private const int MostSilences = 9;

    public static AccountRow New => new() { Touches = 1 };

    public bool IsSilent => Silences > 0;

    /// <summary>A log has told of it since it was asked about.</summary>
    public bool IsTouched => Touches != Seen;

    /// <summary>The height from which on it is asked about again.</summary>
    public ulong DueAt => Silences == 0 ? 0 : AskedAt + (1UL << (Silences - 1));

    /// <summary>The account did not answer, and is left out for twice as long as the last time.</summary>
    public AccountRow Silent() => this with { Reading = null, Silences = (byte)Math.Min(MostSilences, Silences + 1) };
}
