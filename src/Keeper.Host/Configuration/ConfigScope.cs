namespace Keeper.Host.Configuration;

/// <summary>What the readers of one file share.</summary>
/// <param name="Label">Stands before the fields of a file that is not the main one: <c>chains/1.json: </c>.</param>
/// <param name="Folder">Relative paths begin here.</param>
internal sealed record ConfigScope(string Label, string Folder, IReadOnlyDictionary<string, string> Environment, List<ConfigError> Errors)
{
    public List<KnownKey> Known { get; } = [];
}
