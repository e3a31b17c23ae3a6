using System.Text;

namespace Keeper.Host.Cli;

/// <summary>Asks for a secret: without echo at a keyboard, else one line of standard input. Never from the command line, which other users can see.</summary>
internal static class SecretPrompt
{
    /// <exception cref="StartupException">The input ended.</exception>
    public static string Ask(CliContext context, string what)
    {
        if (!context.IsInteractive) return context.In.ReadLine() is { Length: > 0 } line ? line : throw Missing(what);
        context.Error.Write($"{what}: ");
        var text = ReadWithoutEcho();
        context.Error.WriteLine();
        return text.Length > 0 ? text : throw Missing(what);
    }

    private static StartupException Missing(string what) =>
        new(ExitCode.Config, "standard input", $"does not hold the {what}", "one line with it, or the option that names a file or a variable");

    private static string ReadWithoutEcho()
    {
        var text = new StringBuilder();
        while (true)
        {
            var key = Read();
            if (key is { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control }) throw new StartupException(ExitCode.Interrupted, "standard input", "was interrupted", "the secret, then Enter");
            if (key.Key == ConsoleKey.Enter) return text.ToString();
            if (key.Key == ConsoleKey.Backspace) text.Length = Math.Max(0, text.Length - 1);
            else if (!char.IsControl(key.KeyChar)) text.Append(key.KeyChar);
        }
    }

    /// <summary>Ctrl-C as a key: as a signal it would only ask to stop, and the wait for a key does not hear that.</summary>
    private static ConsoleKeyInfo Read()
    {
        Console.TreatControlCAsInput = true;
        try
        {
            return Console.ReadKey(intercept: true);
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }
}
