namespace Keeper.Tests.Tidy;

public sealed class ArchitectureTests
{
    [Fact]
    public void Every_path_that_the_document_names_exists() =>
        Faults.None(ArchitectureDocument.Paths(Document()).Where(path => !Repository.Exists(path)).Select(path => $"{path} is named and does not exist"));

    [Fact]
    public void Every_folder_of_the_sources_is_in_the_document()
    {
        var named = ArchitectureDocument.Paths(Document());
        var folders = Repository.Files("src", "*.cs").Select(file => file.Path.Split('/')).SelectMany(Folders).Distinct();
        Faults.None(folders.Where(folder => !named.Any(path => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal)))
            .Select(folder => $"{folder} exists and is not named"));

        static IEnumerable<string> Folders(string[] parts) =>
            parts.Length > 3 ? [string.Join('/', parts[..2]), string.Join('/', parts[..3])] : [string.Join('/', parts[..2])];
    }

    [Fact]
    public void Paths_are_found_in_backticks_and_in_the_tree()
    {
        const string markdown = """
            See `src/Keeper.Core/KeeperLoop.cs`, `Keeper.Host/Metrics/` and `README.md`; `IJournal.AppendAsync(Signed)`, `eth_call`, `a/b` and `1/2` are no paths.

            ```
            Keeper.sln  README.md
            src/
              Keeper.Core/             knows nothing
                Margin/                index, cycle   state -> verdict
                KeeperLoop.cs          the seven steps
              Keeper.Host/             all of it
            tests/
              Keeper.Tests/            mirrors src
            ```
            """;
        Assert.Equal(
            [
                "Keeper.sln", "README.md", "src", "src/Keeper.Core", "src/Keeper.Core/KeeperLoop.cs", "src/Keeper.Core/Margin",
                "src/Keeper.Host", "src/Keeper.Host/Metrics", "tests", "tests/Keeper.Tests",
            ],
            ArchitectureDocument.Paths(markdown).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_path_that_is_not_there_is_noticed()
    {
        Assert.True(Repository.Exists("src/Keeper.Core"));
        Assert.False(Repository.Exists("src/Keeper.Core/Gone.cs"));
    }

    private static string Document()
    {
        Assert.True(Repository.Exists("ARCHITECTURE.md"), "ARCHITECTURE.md is missing: it names the folders of src and what each may touch.");
        return File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md"));
    }
}
