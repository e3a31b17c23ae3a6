using System.CommandLine;
using System.CommandLine.Invocation;
using Keeper.Chain.Native.Keystore;
using Keeper.Core.Chain;
using Keeper.Host.Configuration;
using Keeper.Host.Demo;

namespace Keeper.Host.Cli;

/// <summary>The command line: from arguments to an exit code. The one place where an exception becomes words.</summary>
internal static class KeeperCli
{
    /// <summary>Set to 1 to see where an error comes from.</summary>
    private const string DebugVariable = "KEEPER_DEBUG";

    public static Task<ExitCode> InvokeAsync(
        string[] args, TextReader input, TextWriter output, TextWriter error, IReadOnlyDictionary<string, string> environment, int scryptN = KeystoreV3.StandardScryptN) =>
        InvokeAsync(args, new CliContext(input, output, error, environment, TimeProvider.System, IsInteractive: false) { ScryptN = scryptN });

    public static async Task<ExitCode> InvokeAsync(string[] args, CliContext context, CancellationToken cancellation = default)
    {
        var parsed = Tree(context).Parse(args);
        // The library's own answer to a wrong command line is the code 1, which here means that work failed.
        if (parsed.Action is ParseErrorAction)
        {
            ErrorReport.Write(context.Error, "the command line", [.. parsed.Errors.Select(found => new ConfigError("keeper", $"was called wrongly: {ForeignText.Clean(KeyShape.Hide(found.Message))}", "see `keeper --help`"))]);
            return ExitCode.Config;
        }
        try
        {
            var invocation = new InvocationConfiguration { Output = context.Out, Error = context.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return (ExitCode)await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (StartupException refusal)
        {
            ErrorReport.Write(context.Error, null, refusal.Errors);
            return refusal.Code;
        }
        // At a terminal the signal goes to the demo's node as well: what then fails is the interruption, too.
        catch (Exception stop) when (cancellation.IsCancellationRequested && stop is OperationCanceledException or ChainException or EnvironmentException)
        {
            return ExitCode.Interrupted;
        }
        catch (EnvironmentException lack)
        {
            context.Error.WriteLine($"keeper: {ForeignText.Clean(lack.Message)}");
            return ExitCode.Environment;
        }
        catch (ChainException failure)
        {
            ErrorReport.Write(context.Error, null, [new("chain.endpoints", $"gave no answer: {failure.Message}", "a node that is reachable and answers")]);
            return ExitCode.Environment;
        }
        catch (Exception bug)
        {
            ErrorReport.Bug(context.Error, bug, context.Environment.GetValueOrDefault(DebugVariable) == "1");
            return ExitCode.Failed;
        }
    }

    private static RootCommand Tree(CliContext context) => new("Keeper: liquidates what the chain lets it liquidate, and proves what it did.")
    {
        RunCommand.Create(context),
        CheckCommand.Create(context),
        KeyCommand.Create(context),
        ExecutorCommand.Create(context),
        JournalCommand.Create(context),
        MirrorCommand.Create(context),
        CtlCommand.Create(context),
        MissedCommand.Create(context),
        DemoCommand.Create(context),
    };
}
