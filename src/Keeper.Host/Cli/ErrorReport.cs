using Keeper.Host.Configuration;

namespace Keeper.Host.Cli;

/// <summary>Errors for people, on standard error: every one of them, each with what would be right.</summary>
internal static class ErrorReport
{
    public static void Write(TextWriter error, string? subject, IReadOnlyList<ConfigError> errors)
    {
        error.WriteLine($"keeper: {errors.Count} {(errors.Count == 1 ? "problem" : "problems")}{(subject is null ? "" : $" in {subject}")}");
        foreach (var entry in errors)
        {
            error.WriteLine($"  {entry.Field} {entry.Problem}");
            error.WriteLine($"    expected: {entry.Expected}");
        }
    }

    /// <summary>One line; the stack, which may quote arguments, only on request.</summary>
    public static void Bug(TextWriter error, Exception bug, bool showStack)
    {
        error.WriteLine($"keeper: unexpected {bug.GetType().Name}: {Core.Chain.ForeignText.Clean(bug.Message)} (KEEPER_DEBUG=1 shows where; please report it)");
        if (showStack) error.WriteLine(bug);
    }
}
