using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Keystore;
using Keeper.Core.Primitives;
using Keeper.Host;
using Keeper.Host.Cli;

namespace Keeper.Tests.Host;

/// <summary>Calls the command line in this process and keeps what it says.</summary>
internal sealed record Cli(ExitCode Code, string Out, string Error)
{
    public const string Password = "correct horse";

    public static async Task<Cli> RunAsync(IReadOnlyDictionary<string, string> environment, string input, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await KeeperCli.InvokeAsync(args, new StringReader(input), output, error, environment, scryptN: 4_096);
        return new(code, output.ToString(), error.ToString());
    }

    public static Task<Cli> RunAsync(ConfigFolder folder, params string[] args)
    {
        folder.Load();
        return RunAsync(folder.Environment, "", [.. args, "--config", folder.File]);
    }

    /// <summary>A keystore and its password where the configuration names them.</summary>
    public static Address GiveKey(ConfigFolder folder, string? hex = null)
    {
        using var key = hex is null ? PrivateKey.Generate() : PrivateKey.Parse(hex);
        KeystoreFile.Write(folder.In("operator.json"), key, Password, scryptN: 2);
        WritePrivate(folder.In("password"), Password + "\n");
        return key.Address;
    }

    /// <summary>A file that its owner alone reads, as secrets must be.</summary>
    public static void WritePrivate(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>The lines that tell of problems, without the count and without what would be right.</summary>
    public IEnumerable<string> Problems => Error.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ').Select(line => line.Trim());
}
