using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Keeper.Host.Demo;

/// <summary>
/// The Foundry binaries that <c>npm ci</c> in contracts/ brings. The platform package's binary is started directly: the one on
/// node's path is a script that spawns it, so that signals would miss.
/// </summary>
internal static class NodeTools
{
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(5);

    /// <summary>The path of anvil, forge or cast; installs them first where they are missing. KEEPER_ANVIL, KEEPER_FORGE or KEEPER_CAST names another binary.</summary>
    /// <exception cref="EnvironmentException">There is no such file, no contracts folder, no node, or the installation failed.</exception>
    public static async Task<string> FindAsync(string tool, CancellationToken cancellation)
    {
        var variable = $"KEEPER_{tool.ToUpperInvariant()}";
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
            return File.Exists(named) ? named : throw new EnvironmentException($"{variable} names a file that does not exist: {named}.");

        var contracts = FindContracts() ?? throw new EnvironmentException($"The contracts folder of the repository is not above {AppContext.BaseDirectory} nor the current folder; {variable} may name the binary of {tool}.");
        var path = BinaryPath(contracts, tool);
        if (!File.Exists(path)) await InstallAsync(contracts, path, cancellation).ConfigureAwait(false);
        return File.Exists(path) ? path : throw new EnvironmentException($"npm brought no {tool} for this platform: {path} is missing.");
    }

    /// <summary>The folder contracts/ with a package.json, upward from the program and from the current folder; null where there is none.</summary>
    public static string? FindContracts()
    {
        foreach (var start in (ReadOnlySpan<string>)[AppContext.BaseDirectory, Environment.CurrentDirectory])
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var candidate = Path.Combine(folder.FullName, "contracts");
                if (File.Exists(Path.Combine(candidate, "package.json"))) return candidate;
            }
        return null;
    }

    public static string BinaryPath(string contracts, string tool)
    {
        var system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var processor = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        return Path.Combine(contracts, "node_modules", "@foundry-rs", $"{tool}-{system}-{processor}", "bin", OperatingSystem.IsWindows() ? $"{tool}.exe" : tool);
    }

    /// <summary>Runs <c>npm ci</c>, once for all processes: test runs start side by side.</summary>
    private static async Task InstallAsync(string contracts, string expected, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(InstallTimeout);
        try
        {
            await using var alone = await LockAsync(Path.Combine(contracts, ".install.lock"), timeout.Token).ConfigureAwait(false);
            if (!File.Exists(expected)) await NpmAsync(contracts, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new EnvironmentException($"npm ci in {contracts} did not end within {InstallTimeout.TotalMinutes:0} minutes.");
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

    private static async Task NpmAsync(string contracts, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = contracts,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Start(start);
        var output = npm.StandardOutput.ReadToEndAsync(cancellation);
        var errors = npm.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await npm.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            throw;
        }
        await output.ConfigureAwait(false);
        if (npm.ExitCode != 0) throw new EnvironmentException($"npm ci in {contracts} failed: {Last(await errors.ConfigureAwait(false))}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new EnvironmentException("npm could not be started.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new EnvironmentException("npm was not found: install Node.js 20 or later (https://nodejs.org), which brings it.");
        }
    }

    private static string Last(string text) => text.Length <= 800 ? text : text[^800..];
}
