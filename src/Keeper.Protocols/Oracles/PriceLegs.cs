namespace Keeper.Protocols.Oracles;

/// <summary>Nodes that a price is made of: three above the line and three below at most, in the order in which the contract multiplies them.</summary>
internal readonly record struct PriceLegs(byte CountAbove, byte CountBelow, int Above0, int Above1, int Above2, int Below0, int Below1, int Below2)
{
    private const int Most = 3;

    /// <exception cref="ArgumentException">More than three.</exception>
    public static PriceLegs Of(ReadOnlySpan<int> above, ReadOnlySpan<int> below)
    {
        if (above.Length > Most || below.Length > Most) throw new ArgumentException($"A price has at most {Most} legs above and below the line.");
        return new((byte)above.Length, (byte)below.Length, At(above, 0), At(above, 1), At(above, 2), At(below, 0), At(below, 1), At(below, 2));
    }

    public int Above(int leg) => leg switch { 0 => Above0, 1 => Above1, _ => Above2 };
    public int Below(int leg) => leg switch { 0 => Below0, 1 => Below1, _ => Below2 };

    private static int At(ReadOnlySpan<int> legs, int leg) => leg < legs.Length ? legs[leg] : 0;
}
