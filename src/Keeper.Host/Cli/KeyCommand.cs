using System.CommandLine;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Keystore;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Keystore;
using Keeper.Host.Keys;

namespace Keeper.Host.Cli;

/// <summary><c>keeper key new</c> and <c>keeper key import</c>: a V3 keystore of mode 0600. What is printed is the address. <c>keeper key rotate</c> is beside.</summary>
internal static class KeyCommand
{
    public static Command Create(CliContext context) => new("key", "Makes the operator's key, or moves the executor to another.")
    {
        Verb("new", "Makes a new key.", context, _ => PrivateKey.Generate()),
        KeyRotateCommand.Create(context),
        Verb("import", "Takes a key of 64 hex digits from a prompt or standard input.", context, Import),
    };

    private static Command Verb(string name, string description, CliContext context, Func<CliContext, PrivateKey> obtain)
    {
        var outFile = new Option<string>("--out") { Description = "The keystore to write; never overwritten.", HelpName = "FILE", Required = true };
        var (passwordFile, passwordVariable) = (CommonOptions.PasswordFile(), CommonOptions.PasswordVariable());
        var command = new Command(name, description) { outFile, passwordFile, passwordVariable };
        command.SetAction((parsed, _) =>
        {
            var path = Path.GetFullPath(parsed.GetValue(outFile)!);
            RequireFree(path);
            using var key = obtain(context);
            KeystorePassword.Choose(context, parsed.GetValue(passwordFile), parsed.GetValue(passwordVariable), isNew: true, out var password);
            Write(path, key, password, context.ScryptN);
            context.Out.WriteLine(AddressChecksum.Format(key.Address));
            return Task.FromResult((int)ExitCode.Ok);
        });
        return command;
    }

    private static PrivateKey Import(CliContext context)
    {
        try
        {
            return PrivateKey.Parse(SecretPrompt.Ask(context, "private key"));
        }
        catch (SigningException error)
        {
            throw new StartupException(ExitCode.Config, "private key", $"is not valid: {error.Message}", "64 hex digits, with or without 0x");
        }
    }

    /// <summary>Before anything is asked for: nobody types a key for nothing.</summary>
    private static void RequireFree(string path)
    {
        if (File.Exists(path)) throw new StartupException(ExitCode.Config, "--out", $"names {path}, which exists and is not overwritten", "a path where no file is");
        if (!Directory.Exists(Path.GetDirectoryName(path))) throw new StartupException(ExitCode.Config, "--out", $"names {path}, in a folder that is missing", "a folder that exists");
    }

    private static void Write(string path, PrivateKey key, string password, int scryptN)
    {
        try
        {
            KeystoreFile.Write(path, key, password, scryptN);
        }
        catch (KeystoreException error)
        {
            throw new StartupException(ExitCode.Environment, "--out", $"cannot be written: {error.Message}", "a folder that this user may write");
        }
    }
}
