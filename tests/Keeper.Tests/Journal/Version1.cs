using Keeper.Tests.Tidy;

namespace Keeper.Tests.Journal;

/// <summary>
/// A journal of 34 records that a keeper of schema version 1 wrote: plan 1 won by its second attempt, 8 raced and reverted, 12 cancelled,
/// 17 taken out by a reorg and settled again as 21, 25 abandoned; open are 28 of another key, 30 mined, 33 not.
/// </summary>
internal static class Version1
{
    public const int Records = 34;

    private static readonly string Source = Path.Combine(Repository.Root, "tests/Keeper.Tests/Journal/Files/version-1.db");

    public static byte[] Bytes { get; } = File.ReadAllBytes(Source);

    /// <summary>As its keeper left it behind: the file, and what it acknowledged.</summary>
    public static string In(TemporaryDirectory directory, string name = "keeper.db")
    {
        var path = directory.File(name);
        File.WriteAllBytes(path, Bytes);
        File.WriteAllText(path + ".writer", $"4194304   \n{Records,-20}\n");
        return path;
    }
}
