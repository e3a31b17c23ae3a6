using System.Xml.Linq;
using Keeper.Tests.Tidy;

namespace Keeper.Tests.Packaging;

/// <summary>The README's commands name files as the reader sees them.</summary>
public class RunFolderTests
{
    /// <summary>The web SDK would begin in the project's folder, where there is no config/ and no data/.</summary>
    [Fact]
    public void Dotnet_run_begins_where_it_was_called() =>
        Assert.Equal("false", XDocument.Load(Path.Combine(Repository.Root, "src", "Keeper.Host", "Keeper.Host.csproj")).Descendants("EnableDefaultRunWorkingDirectory").Single().Value);
}
