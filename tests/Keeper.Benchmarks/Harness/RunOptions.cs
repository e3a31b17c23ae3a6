namespace Keeper.Benchmarks.Harness;

/// <param name="IsQuick">Seconds instead of minutes: shows that it runs, and is too short to be quoted.</param>
/// <param name="Progress">Where it tells what it does; never standard output.</param>
internal sealed record RunOptions(bool IsQuick, TextWriter Progress)
{
    public int Scale(int full, int quick) => IsQuick ? quick : full;
}
