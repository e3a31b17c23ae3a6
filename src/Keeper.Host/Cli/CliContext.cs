using System.Collections;

namespace Keeper.Host.Cli;

/// <summary>What a verb touches of its process: tests give their own.</summary>
/// <param name="Environment">Variables by name.</param>
/// <param name="IsInteractive">Somebody sits at the keyboard: secrets are asked for without echo.</param>
internal sealed record CliContext(TextReader In, TextWriter Out, TextWriter Error, IReadOnlyDictionary<string, string> Environment, TimeProvider Time, bool IsInteractive)
{
    public static CliContext OfProcess() => new(
        Console.In, Console.Out, Console.Error,
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? ""),
        TimeProvider.System, !Console.IsInputRedirected);
}
