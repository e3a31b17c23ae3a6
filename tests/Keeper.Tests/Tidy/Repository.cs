using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Keeper.Tests.Tidy;

/// <summary>The source tree as it lies around the tests.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "node_modules", ".git", "out", "cache", "artifacts", "TestResults"];

    /// <summary>The directory that holds Keeper.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Files below a directory of the repository, by path from the root with forward slashes, without what builds make.</summary>
    public static IEnumerable<SourceFile> Files(string directory, string pattern = "*") =>
        Walk(Path.Combine(Root, directory), pattern).Select(path => new SourceFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path)));

    /// <summary>What the repository tracks; where it is no git work tree (an unpacked archive), every file.</summary>
    public static IReadOnlyList<string> TrackedPaths()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", Root, "ls-files", "-z"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var paths = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
            git.WaitForExit();
            if (git.ExitCode == 0 && paths.Length > 0) return paths.Where(path => File.Exists(Path.Combine(Root, path))).ToArray();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No git here.
        }
        return Walk(Root, "*").Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).ToArray();
    }

    public static bool Exists(string path) => File.Exists(Path.Combine(Root, path)) || Directory.Exists(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(string directory, string pattern)
    {
        foreach (var file in Directory.EnumerateFiles(directory, pattern)) yield return file;
        foreach (var child in Directory.EnumerateDirectories(directory))
        {
            if (Generated.Contains(Path.GetFileName(child))) continue;
            foreach (var file in Walk(child, pattern)) yield return file;
        }
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(here)! })
        {
            for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
            {
                if (File.Exists(Path.Combine(directory.FullName, "Keeper.sln"))) return directory.FullName;
            }
        }
        throw new DirectoryNotFoundException($"No directory above {AppContext.BaseDirectory} holds Keeper.sln.");
    }
}
