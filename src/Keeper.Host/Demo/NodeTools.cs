using System.Runtime.InteropServices;

namespace Keeper.Host.Demo;

/// <summary>
/// The Foundry binaries that <c>npm ci</c> in contracts/ brings. The platform package's binary is started directly: the one on
/// node's path is a script that spawns it, so that signals would miss.
/// </summary>
internal static class NodeTools
{
    /// <summary>The path of anvil, forge or cast; installs them first where they are missing. KEEPER_ANVIL, KEEPER_FORGE or KEEPER_CAST names another binary.</summary>
    /// <exception cref="EnvironmentException">There is no such file, no contracts folder, no node, or the installation failed.</exception>
    public static async Task<string> FindAsync(string tool, CancellationToken cancellation)
    {
        var variable = $"KEEPER_{tool.ToUpperInvariant()}";
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
            return File.Exists(named) ? named : throw new EnvironmentException($"{variable} names a file that does not exist: {named}.");

        var contracts = NpmFolder.Find("contracts") ?? throw new EnvironmentException($"The contracts folder of the repository is not above {AppContext.BaseDirectory} nor the current folder; {variable} may name the binary of {tool}.");
        var path = BinaryPath(contracts.Path, tool);
        await contracts.InstallAsync(path, cancellation).ConfigureAwait(false);
        return File.Exists(path) ? path : throw new EnvironmentException($"npm brought no {tool} for this platform: {path} is missing.");
    }

    public static string BinaryPath(string contracts, string tool)
    {
        var system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var processor = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        return Path.Combine(contracts, "node_modules", "@foundry-rs", $"{tool}-{system}-{processor}", "bin", OperatingSystem.IsWindows() ? $"{tool}.exe" : tool);
    }
}
