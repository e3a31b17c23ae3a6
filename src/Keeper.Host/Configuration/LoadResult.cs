namespace Keeper.Host.Configuration;

/// <param name="Options">Null where there are errors.</param>
/// <param name="Known">Every key that was asked for, by file: <c>keeper</c>, <c>chain</c>, <c>protocol</c>.</param>
internal sealed record LoadResult(KeeperOptions? Options, IReadOnlyList<ConfigError> Errors, IReadOnlyDictionary<string, IReadOnlyList<KnownKey>> Known)
{
    /// <exception cref="StartupException">There are errors: all of them.</exception>
    public KeeperOptions Require() => Options ?? throw new StartupException(ExitCode.Config, Errors);
}
