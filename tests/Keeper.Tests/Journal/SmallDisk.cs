using System.Diagnostics;
using Keeper.Journal.Sqlite;

namespace Keeper.Tests.Journal;

/// <summary>A disk in memory of a few pages: full is full.</summary>
internal sealed class SmallDisk : IFillable
{
    private readonly TemporaryDirectory _directory = new();
    private string? _filler;

    public SmallDisk(int kibibytes)
    {
        try
        {
            Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "keeper-test", _directory.Path);
        }
        catch
        {
            _directory.Dispose();
            throw;
        }
    }

    public TemporaryDirectory Directory => _directory;

    /// <summary>Takes all that is left.</summary>
    /// <returns>The file that took it.</returns>
    public string Fill(int leaveKibibytes = 0)
    {
        var path = _directory.File("filler");
        var left = new DriveInfo(_directory.Path).AvailableFreeSpace - leaveKibibytes * 1024L;
        File.WriteAllBytes(path, new byte[left]);
        return path;
    }

    public void Fill(SqliteJournal journal) => _filler = Fill();

    public void Free(SqliteJournal? journal) => File.Delete(_filler!);

    public void Dispose()
    {
        Run("umount", "-l", _directory.Path);
        _directory.Dispose();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program}: {error}");
    }
}
