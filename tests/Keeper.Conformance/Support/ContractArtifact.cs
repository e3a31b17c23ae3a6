using System.Text.Json;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Support;

/// <summary>Creation code of <c>contracts/artifacts</c>, linked.</summary>
internal static class ContractArtifact
{
    public static byte[] CreationCode(string name, IReadOnlyDictionary<string, Address>? libraries = null)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root(), "contracts", "artifacts", name + ".json")));
        var hex = json.RootElement.GetProperty("bytecode").GetString()!.ToCharArray();
        foreach (var source in json.RootElement.GetProperty("linkReferences").EnumerateObject())
        {
            foreach (var library in source.Value.EnumerateObject())
            {
                foreach (var place in library.Value.EnumerateArray())
                {
                    libraries![library.Name].ToString().AsSpan(2).CopyTo(hex.AsSpan(2 + 2 * place.GetProperty("start").GetInt32()));
                }
            }
        }
        return Hex.Decode(new string(hex));
    }

    /// <summary>The repository's root.</summary>
    public static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Keeper.sln"))) return at.FullName;
        }
        throw new DirectoryNotFoundException("The tests run inside the repository.");
    }
}
