namespace Keeper.Tests.Tidy;

public sealed class DependencyArrowsTests
{
    [Fact]
    public void Dependencies_point_inward()
    {
        var projects = Repository.Files("src", "*.csproj").ToArray();
        Assert.Contains(projects, project => project.Path == "src/Keeper.Core/Keeper.Core.csproj");
        Faults.None(projects.SelectMany(project => DependencyArrows.Violations(Path.GetFileNameWithoutExtension(project.Path), project.Text)));
    }

    [Theory]
    [InlineData("Keeper.Host", "ProjectReference", "../Keeper.Core/Keeper.Core.csproj", true)]
    [InlineData("Keeper.Host", "ProjectReference", "../Keeper.Journal/Keeper.Journal.csproj", true)]
    [InlineData("Keeper.Journal", "ProjectReference", "../Keeper.Core/Keeper.Core.csproj", true)]
    [InlineData("Keeper.Journal", "ProjectReference", "../Keeper.Protocols/Keeper.Protocols.csproj", false)]
    [InlineData("Keeper.Journal", "ProjectReference", "..\\Keeper.Host\\Keeper.Host.csproj", false)]
    [InlineData("Keeper.Core", "ProjectReference", "../Keeper.Journal/Keeper.Journal.csproj", false)]
    [InlineData("Keeper.Newcomer", "ProjectReference", "../Keeper.Core/Keeper.Core.csproj", false)]
    [InlineData("Keeper.Core", "PackageReference", "Microsoft.Extensions.Logging.Abstractions", true)]
    [InlineData("Keeper.Core", "PackageReference", "Microsoft.Extensions.Hosting", false)]
    [InlineData("Keeper.Journal", "PackageReference", "Microsoft.Data.Sqlite.Core", true)]
    [InlineData("Keeper.Host", "PackageReference", "Microsoft.Data.Sqlite.Core", false)]
    [InlineData("Keeper.Host", "PackageReference", "Polly.Core", true)]
    [InlineData("Keeper.Chain.Native", "PackageReference", "Polly.Core", false)]
    [InlineData("Keeper.Protocols", "PackageReference", "Nethereum.Web3", false)]
    [InlineData("Keeper.Chain.Nethereum", "OptionalPackageReference", "Nethereum.Web3", true)]
    [InlineData("Keeper.Host", "OptionalPackageReference", "Nethereum.Web3", false)]
    [InlineData("Keeper.Host", "OptionalPackageReference", "prometheus-net", true)]
    [InlineData("Keeper.Core", "OptionalPackageReference", "prometheus-net", false)]
    [InlineData("Keeper.Protocols", "PackageReference", "Portable.BouncyCastle", false)]
    [InlineData("Keeper.Journal", "PackageReference", "Spectre.Console", false)]
    [InlineData("Keeper.Core", "FrameworkReference", "Microsoft.AspNetCore.App", false)]
    public void The_check_knows_an_arrow_from_its_reverse(string project, string element, string include, bool allowed) =>
        Assert.Equal(allowed, !DependencyArrows.Violations(project, $"<Project><ItemGroup><{element} Include=\"{include}\" /></ItemGroup></Project>").Any());
}
