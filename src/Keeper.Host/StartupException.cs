using Keeper.Host.Configuration;

namespace Keeper.Host;

/// <summary>The keeper does not start, for reasons that its operator can change. Nothing was signed, sent or written.</summary>
internal sealed class StartupException(ExitCode code, IReadOnlyList<ConfigError> errors) : Exception(string.Join("; ", errors.Select(error => error.ToString())))
{
    public StartupException(ExitCode code, string field, string problem, string expected) : this(code, [new ConfigError(field, problem, expected)]) { }

    public ExitCode Code { get; } = code;
    public IReadOnlyList<ConfigError> Errors { get; } = errors;
}
