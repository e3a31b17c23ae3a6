using System.Runtime.InteropServices;

namespace Keeper.Core;

/// <summary>Gives a file that is on the disk another name, and has the name on the disk, too: without that a power cut may bring the old one back.</summary>
public static class DurableName
{
    /// <exception cref="IOException">The name is taken, the folder is gone, …</exception>
    public static void Move(string from, string to, bool overwrite)
    {
        File.Move(from, to, overwrite);
        Flush(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>Returns when the disk has the names in the folder. Where that cannot be asked for, the file system's own order must do.</summary>
    private static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var directory = Open(folder, flags: 0);
        if (directory < 0) return;
        _ = FSync(directory);
        _ = Close(directory);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int FSync(int file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int file);
}
