using System.Diagnostics;

namespace Keeper.Host.Demo;

/// <summary>A folder of the repository with a package.json and its lock file: packages are installed at first use, without running what they bring.</summary>
internal sealed class NpmFolder(string path)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    public string Path { get; } = path;

    /// <summary>Such a folder, upward from the program and from the current folder; null where there is none.</summary>
    /// <param name="name">Relative to the root of the repository.</param>
    public static NpmFolder? Find(string name)
    {
        foreach (var start in (ReadOnlySpan<string>)[AppContext.BaseDirectory, Environment.CurrentDirectory])
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var candidate = System.IO.Path.Combine(folder.FullName, name);
                if (File.Exists(System.IO.Path.Combine(candidate, "package.json"))) return new(candidate);
            }
        return null;
    }

    /// <summary>Runs <c>npm ci</c> where a path in this folder is missing.</summary>
    /// <exception cref="EnvironmentException">There is no npm, or it failed.</exception>
    public Task InstallAsync(string expected, CancellationToken cancellation) =>
        File.Exists(expected) || Directory.Exists(expected) ? Task.CompletedTask
            : OnceAsync(expected, timeout => RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], timeout), cancellation);

    /// <summary>Runs a script of this folder where the folder that it makes is missing.</summary>
    /// <param name="made">Its last argument is another path, which takes this one when it is whole.</param>
    /// <exception cref="EnvironmentException">There is no node, or the script failed.</exception>
    public Task MakeAsync(string made, string script, string argument, CancellationToken cancellation) =>
        Directory.Exists(made) ? Task.CompletedTask
            : OnceAsync(made, async timeout =>
            {
                var partial = made + ".partial";
                if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
                await RunAsync("node", [script, argument, partial], timeout).ConfigureAwait(false);
                Directory.Move(partial, made);
            }, cancellation);

    /// <summary>Once for all processes: test runs start side by side.</summary>
    private async Task OnceAsync(string expected, Func<CancellationToken, Task> make, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(Timeout);
        try
        {
            await using var alone = await LockAsync(System.IO.Path.Combine(Path, ".install.lock"), timeout.Token).ConfigureAwait(false);
            if (!File.Exists(expected) && !Directory.Exists(expected)) await make(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new EnvironmentException($"What makes {expected} did not end within {Timeout.TotalMinutes:0} minutes.");
        }
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var running = Start(new(program, arguments) { WorkingDirectory = Path, RedirectStandardOutput = true, RedirectStandardError = true });
        var output = running.StandardOutput.ReadToEndAsync(cancellation);
        var errors = running.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await running.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            running.Kill(entireProcessTree: true);
            throw;
        }
        await output.ConfigureAwait(false);
        if (running.ExitCode != 0) throw new EnvironmentException($"{program} {string.Join(' ', arguments)} in {Path} failed: {Last(await errors.ConfigureAwait(false))}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new EnvironmentException($"{start.FileName} could not be started.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new EnvironmentException($"{start.FileName} was not found: install Node.js 20 or later (https://nodejs.org), which brings it.");
        }
    }

    private static string Last(string text) => text.Length <= 800 ? text : text[^800..];
}
