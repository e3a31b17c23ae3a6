namespace Keeper.Protocols.Oracles;

/// <summary>The block that an answer is true of; of a hint's block the one below. All zero before the mirror's first linked block, of which nobody tells.</summary>
/// <param name="Timestamp">Seconds.</param>
internal readonly record struct AsOf(ulong Number, ulong Timestamp)
{
    private const ulong MostBlocks = 8;
    private const ulong MostSeconds = 60;

    /// <summary>For people, in seconds; null where it is not known.</summary>
    public ulong? Told => Timestamp == 0 ? null : Timestamp;

    /// <summary>
    /// Too long ago to judge by: more than eight blocks and more than a minute. A chain of fast blocks makes many while a node answers once, and one that makes a block only when it has a
    /// transaction may be silent for hours.
    /// </summary>
    public bool IsTooOldAt(AsOf now) => this != default && now.Number > Number + MostBlocks && now.Timestamp > Timestamp + MostSeconds;
}
