using Keeper.Host.Cli;
using Keeper.Host.Configuration;

namespace Keeper.Host.Keys;

/// <summary>The password of a keystore that a verb was given by options: from a file, a variable, or a prompt.</summary>
internal static class KeystorePassword
{
    /// <param name="isNew">Typed twice, so that a slip does not lock the key away.</param>
    public static void Choose(CliContext context, string? file, string? variable, bool isNew, out string password)
    {
        if (file is not null && variable is not null) throw new StartupException(ExitCode.Config, "--password-file", "stands beside --password-env", "one of the two");
        var reference = file is not null ? Reference.OfFile(Path.GetFullPath(file)) : variable is not null ? Reference.OfVariable(variable, context.Environment) : null;
        try
        {
            password = reference?.ReadPrivate() ?? SecretPrompt.Ask(context, "password");
        }
        catch (ReferenceException error)
        {
            throw new StartupException(ExitCode.Config, file is not null ? "--password-file" : "--password-env", error.Message, error.Expected);
        }
        if (isNew && reference is null && SecretPrompt.Ask(context, "password again") != password)
            throw new StartupException(ExitCode.Config, "password", "was typed differently the second time", "the same twice");
    }
}
