using System.Xml.Linq;

namespace Keeper.Tests.Tidy;

/// <summary>Who may refer to whom, and which package stays behind which project.</summary>
internal static class DependencyArrows
{
    private static readonly string[] Leaves = ["Keeper.Protocols", "Keeper.Chain.Native", "Keeper.Chain.Nethereum", "Keeper.Journal"];

    /// <summary>Packages by the beginning of their names, and the only projects that may name them.</summary>
    private static readonly (string Prefix, string Project)[] Fences =
    [
        ("Microsoft.Data.Sqlite", "Keeper.Journal"), ("SQLitePCLRaw", "Keeper.Journal"), ("Npgsql", "Keeper.Journal"),
        ("Portable.BouncyCastle", "Keeper.Chain.Native"), ("BouncyCastle", "Keeper.Chain.Native"), ("Polly", "Keeper.Host"),
        ("Nethereum", "Keeper.Chain.Nethereum"),
        ("Spectre.Console", "Keeper.Host"), ("System.CommandLine", "Keeper.Host"), ("prometheus-net", "Keeper.Host"),
    ];

    /// <summary>What is wrong in one project of src; empty when nothing is.</summary>
    public static IEnumerable<string> Violations(string project, string csproj)
    {
        var document = XDocument.Parse(csproj);
        foreach (var target in Included(document, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))))
        {
            if (!MayRefer(project, target)) yield return $"{project} refers to {target}";
        }
        foreach (var package in Included(document, "PackageReference").Concat(Included(document, "OptionalPackageReference")))
        {
            if (project == "Keeper.Core" && package != "Microsoft.Extensions.Logging.Abstractions") yield return $"Keeper.Core refers to the package {package}";
            foreach (var (prefix, owner) in Fences)
            {
                if (package.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && project != owner) yield return $"{project} refers to the package {package}, which belongs to {owner}";
            }
        }
        if (document.Descendants("Reference").Any() || (project == "Keeper.Core" && document.Descendants("FrameworkReference").Any())) yield return $"{project} refers to an assembly or framework around the packages";
    }

    private static bool MayRefer(string project, string target) => project switch
    {
        "Keeper.Core" => false,
        "Keeper.Host" => target == "Keeper.Core" || Leaves.Contains(target),
        _ => Leaves.Contains(project) && target == "Keeper.Core",
    };

    private static IEnumerable<string> Included(XDocument document, string element) =>
        document.Descendants(element).Select(reference => (string?)reference.Attribute("Include")).OfType<string>();
}
