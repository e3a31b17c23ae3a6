using System.CommandLine;
using Keeper.Host.Configuration;

namespace Keeper.Host.Cli;

/// <summary>Options that several verbs have.</summary>
internal static class CommonOptions
{
    public static Option<string> Config() => new("--config")
    {
        Description = "The configuration file.",
        HelpName = "PATH",
        DefaultValueFactory = _ => KeeperConfig.DefaultPath,
    };

    public static Option<string?> PasswordFile() => new("--password-file") { Description = "A file that holds the keystore's password.", HelpName = "FILE" };

    public static Option<string?> PasswordVariable() => new("--password-env") { Description = "An environment variable that holds the keystore's password.", HelpName = "NAME" };
}
