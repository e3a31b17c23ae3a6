namespace Keeper.Host.Configuration;

/// <summary>A key that the binder has asked for: a test holds these against the JSON schema.</summary>
/// <param name="Path"><c>chain.endpoints[].http</c>.</param>
/// <param name="Type">As JSON schema names it.</param>
/// <param name="Default">As JSON text; null where there is none.</param>
internal sealed record KnownKey(string Path, string Type, bool IsRequired)
{
    public string? Default { get; init; }
    public long? Minimum { get; init; }
    public long? Maximum { get; init; }
    public IReadOnlyList<string>? Choices { get; init; }
}
