using System.Diagnostics;
using System.Runtime.InteropServices;
using Keeper.Journal.Sqlite;
using Keeper.Tests.Submission;
using Keeper.Tests.Support;

namespace Keeper.Tests.Journal;

/// <summary>
/// This assembly as a process of its own, in which the system lets no file grow beyond a limit (RLIMIT_FSIZE): a write is cut off and the next one
/// refused, as by a quota. It needs no right to mount anything.
/// </summary>
internal static class LimitedProcess
{
    private const string Sent = "sent ", Stopped = "stopped ";
    private const int FileSize = 1, FileSizeExceeded = 25;

    /// <summary>A sender with a journal at this path is offered plans until the journal ends it.</summary>
    /// <returns>What it had sent, and what it ended with.</returns>
    public static async Task<(IReadOnlyList<string> Sent, string? Stopped)> SendUntilStoppedAsync(string path, int bytes)
    {
        var host = Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
        using var process = Process.Start(new ProcessStartInfo(host, ["exec", typeof(LimitedProcess).Assembly.Location, path, $"{bytes}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return ([.. Of(Sent)], Of(Stopped).SingleOrDefault());

        IEnumerable<string> Of(string kind) => lines.Where(line => line.StartsWith(kind, StringComparison.Ordinal)).Select(line => line[kind.Length..]);
    }

    /// <summary>The process.</summary>
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var path, var bytes]) return 2;
        await using var journal = await SqliteJournal.OpenAsync(new() { Path = path }, new SettableTime());
        var scene = await SenderScene.StartAsync();
        scene.Journal.Appending = entries => journal.AppendAsync(entries, default).AsTask().GetAwaiter().GetResult();
        // By default the signal ends the process before the refusal is read.
        using var ignored = PosixSignalRegistration.Create((PosixSignal)FileSizeExceeded, context => context.Cancel = true);
        var most = ulong.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture);
        if (SetLimit(FileSize, new(most, most)) != 0) return 3;
        var stopped = await scene.OfferUntilStoppedAsync();
        foreach (var sent in scene.Sent) Console.WriteLine(Sent + sent);
        if (stopped is not null) Console.WriteLine(Stopped + stopped.Message);
        return 0;
    }

    [DllImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Now, ulong Most);
}
