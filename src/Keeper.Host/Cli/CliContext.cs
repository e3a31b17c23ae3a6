using System.Collections;
using Keeper.Chain.Native.Keystore;

namespace Keeper.Host.Cli;

/// <summary>What a verb touches of its process: tests give their own.</summary>
/// <param name="Environment">Variables by name.</param>
/// <param name="IsInteractive">Somebody sits at the keyboard: secrets are asked for without echo.</param>
internal sealed record CliContext(TextReader In, TextWriter Out, TextWriter Error, IReadOnlyDictionary<string, string> Environment, TimeProvider Time, bool IsInteractive)
{
    /// <summary>What deriving the key of a new keystore costs (scrypt's n): tests that make many take less.</summary>
    public int ScryptN { get; init; } = KeystoreV3.StandardScryptN;

    public static CliContext OfProcess() => new(
        Console.In, Console.Out, Console.Error,
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? ""),
        TimeProvider.System, !Console.IsInputRedirected);
}
