namespace Keeper.Tests.Tidy;

public sealed class SourceTreeTests
{
    private static readonly string[] Binary = [".png", ".jpg", ".jpeg", ".ico", ".gif", ".woff2", ".db", ".gz", ".zip", ".dll"];

    private static readonly SourceFile[] Sources = Repository.Files("src", "*.cs").ToArray();

    [Fact]
    public void The_sources_were_found() => Assert.Contains(Sources, file => file.Path == "src/Keeper.Core/Primitives/UInt256.cs");

    [Fact]
    public void No_file_is_folded_into_regions() => Faults.None(Sources.SelectMany(SourceRules.Regions));

    [Fact]
    public void No_source_file_is_longer_than_500_lines() => Faults.None(Sources.SelectMany(SourceRules.Length));

    [Fact]
    public void Type_names_say_what_the_type_is() => Faults.None(Sources.SelectMany(SourceRules.TypeNames));

    [Fact]
    public void Core_names_no_protocol_node_library_or_database() =>
        Faults.None(Sources.Where(file => file.Path.StartsWith("src/Keeper.Core/", StringComparison.Ordinal)).SelectMany(SourceRules.ForeignNames));

    [Fact]
    public void Test_names_are_sentences() => Faults.None(Repository.Files("tests", "*.cs").SelectMany(SourceRules.TestNames));

    [Fact]
    public void Tracked_text_holds_no_path_of_one_machine_and_no_registry_host()
    {
        // The rules and their controls name what they forbid.
        var texts = Repository.TrackedPaths().Where(path => !Binary.Contains(Path.GetExtension(path)) && !path.StartsWith("tests/Keeper.Tests/Tidy/", StringComparison.Ordinal))
            .Select(path => new SourceFile(path, File.ReadAllText(Path.Combine(Repository.Root, path)))).ToArray();
        Assert.Contains(texts, file => file.Path == "Keeper.sln");
        Faults.None(texts.SelectMany(file => SourceRules.MachinePaths(file).Concat(SourceRules.RegistryHosts(file))));
    }
}
