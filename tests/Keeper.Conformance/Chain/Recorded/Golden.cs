using System.Runtime.CompilerServices;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>Committed files beside this source. <c>KEEPER_RECORD=1</c> writes them anew from what the tests find; look at the difference before it is committed.</summary>
internal static class Golden
{
    public static bool IsRecording => Environment.GetEnvironmentVariable("KEEPER_RECORD") == "1";

    public static string Path(string name, [CallerFilePath] string here = "") => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "Files", name);

    /// <summary>Fails at the first line that differs.</summary>
    public static void Matches(string name, string found)
    {
        if (IsRecording) File.WriteAllText(Path(name), found);
        Same(name, File.ReadAllText(Path(name)), "what was found", found);
    }

    public static void Same(string expectedName, string expected, string foundName, string found)
    {
        if (expected == found) return;
        var (left, right) = (expected.Split('\n'), found.Split('\n'));
        var line = Enumerable.Range(0, Math.Min(left.Length, right.Length)).FirstOrDefault(i => left[i] != right[i], Math.Min(left.Length, right.Length));
        Assert.Fail($"Line {line + 1} differs.\n{expectedName}: {Line(left)}\n{foundName}: {Line(right)}");

        string Line(string[] lines) => line < lines.Length ? lines[line] : "(it ends before)";
    }
}
