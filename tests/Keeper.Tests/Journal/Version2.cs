using Keeper.Tests.Tidy;

namespace Keeper.Tests.Journal;

/// <summary>
/// A journal of 28 records that a keeper of schema version 2 wrote, with every member that this version has: plan 1 won behind an update and private at first,
/// 9 taken out by a reorg and settled again as 14, 18 abandoned; open are 22 of another key, 24 mined, 27 not. 7, 8 and 21 are of no plan.
/// </summary>
internal static class Version2
{
    public const int Records = 28;

    private static readonly string Source = Path.Combine(Repository.Root, "tests/Keeper.Tests/Journal/Files/version-2.db");

    public static byte[] Bytes { get; } = File.ReadAllBytes(Source);

    /// <summary>As its keeper left it behind: the file, and what it acknowledged.</summary>
    public static string In(TemporaryDirectory directory)
    {
        var path = directory.File("keeper.db");
        File.WriteAllBytes(path, Bytes);
        File.WriteAllText(path + ".writer", $"4194304   \n{Records,-20}\n");
        return path;
    }
}
