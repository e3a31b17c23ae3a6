using Keeper.Host.Configuration;

namespace Keeper.Host.Checks;

/// <summary>One claim of the configuration and what became of it.</summary>
/// <param name="Field">The key that makes the claim.</param>
/// <param name="Detail">Continues the sentence that the field begins.</param>
/// <param name="Expected">What would be right; null where it is.</param>
internal sealed record Proof(string Field, ProofState State, string Detail, string? Expected = null, ExitCode Code = ExitCode.Ok)
{
    public static Proof Ok(string field, string detail) => new(field, ProofState.Ok, detail);

    /// <summary>True in the configuration's terms, but something is worth knowing.</summary>
    public static Proof Warning(string field, string detail, string expected) => new(field, ProofState.Warning, detail, expected);

    /// <summary>The configuration is wrong.</summary>
    public static Proof Wrong(string field, string detail, string expected) => new(field, ProofState.Failed, detail, expected, ExitCode.Config);

    /// <summary>Something around the keeper must change.</summary>
    public static Proof Missing(string field, string detail, string expected) => new(field, ProofState.Failed, detail, expected, ExitCode.Environment);

    public static Proof NotAsked(string field, string detail) => new(field, ProofState.NotAsked, detail);

    public ConfigError ToError() => new(Field, Detail, Expected ?? "");
}
