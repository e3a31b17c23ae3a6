using System.Diagnostics;
using System.IO.Compression;
using Keeper.Tests.Tidy;

namespace Keeper.Tests.Packaging;

/// <summary>
/// Three tiny projects below the repository's own build files, in a temporary folder with a package source, a package folder and a
/// home of its own: Left and Right refer to the optional package, Top refers to both.
/// </summary>
internal sealed class PackageLayout : IDisposable
{
    private static readonly string[] Copied = ["global.json", "Directory.Build.targets", "Directory.Packages.props"];
    private readonly string _root = Directory.CreateTempSubdirectory("keeper-packages-").FullName;

    public PackageLayout()
    {
        foreach (var file in Copied) File.Copy(Path.Combine(Repository.Root, file), Path.Combine(_root, file));
        foreach (var file in Repository.Files("eng")) Write(file.Path, file.Text);
        Directory.CreateDirectory(Feed);
        Directory.CreateDirectory(Home);
        UseSource(Feed);
        Project("Left", "<OptionalPackageReference Include=\"Nethereum.Web3\" />");
        Project("Right", "<OptionalPackageReference Include=\"Nethereum.Web3\" />");
        Project("Top", "<ProjectReference Include=\"../Left/Left.csproj\" /><ProjectReference Include=\"../Right/Right.csproj\" />");
    }

    /// <summary>Set for what is run.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    private string Answers => Path.Combine(_root, "artifacts", "optional-packages");
    private string Feed => Path.Combine(_root, "feed");
    private string Home => Path.Combine(_root, "home");

    /// <summary>Puts an empty package of that name into the source.</summary>
    public void Publish(string id, string version, string? dependency = null)
    {
        using var package = ZipFile.Open(Path.Combine(Feed, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        var dependencies = dependency is null ? "" : $"<dependencies><group targetFramework=\"net10.0\"><dependency id=\"{dependency}\" version=\"1.0.0\" /></group></dependencies>";
        using (var manifest = new StreamWriter(package.CreateEntry(id + ".nuspec").Open()))
        {
            manifest.Write($"<package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\"><metadata><id>{id}</id><version>{version}</version><authors>Nobody</authors><description>Empty.</description>{dependencies}</metadata></package>");
        }
        package.CreateEntry("lib/net10.0/_._").Open().Dispose();
    }

    public void UseSource(string source) =>
        Write("NuGet.Config", $"<configuration><packageSources><clear /><add key=\"feed\" value=\"{source}\" /></packageSources></configuration>");

    /// <summary>Lets time go by for what was answered.</summary>
    public void Age(TimeSpan age)
    {
        foreach (var file in Directory.GetFiles(Answers)) File.SetLastWriteTime(file, File.GetLastWriteTime(file) - age);
    }

    /// <summary>Restores a project, then evaluates it anew, as a build does, and tells what it would be compiled with.</summary>
    public Task<DotnetResult> RestoreAsync(string project, params string[] arguments) =>
        RunAsync(["msbuild", $"src/{project}", "-restore", "-t:Tell", "-v:n", "-nologo", "-nodeReuse:false", .. arguments]);

    public Task<DotnetResult> BuildAsync(string project, params string[] arguments) =>
        RunAsync(["build", $"src/{project}", "-v:n", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false", .. arguments]);

    /// <summary>What an IDE asks for before it restores by itself.</summary>
    public Task<DotnetResult> CollectAsync(string project) =>
        RunAsync(["msbuild", $"src/{project}", "-t:CollectPackageReferences", "-getItem:PackageReference", "-p:DesignTimeBuild=true"]);

    /// <summary>What evaluation alone says, as an IDE would see it.</summary>
    public async Task<string> EvaluateAsync(string project) => (await RunAsync(["msbuild", $"src/{project}", "-getProperty:UseNethereum"])).Output.Trim();

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private async Task<DotnetResult> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = _root, RedirectStandardOutput = true, RedirectStandardError = true };
        // Nothing of the run around: neither its properties nor what it found out about its own build.
        foreach (var name in start.Environment.Keys.Where(IsOfTheBuild).ToArray()) start.Environment.Remove(name);
        foreach (var name in new[] { "HOME", "USERPROFILE", "DOTNET_CLI_HOME" }) start.Environment[name] = Home;
        start.Environment["NUGET_PACKAGES"] = Path.Combine(_root, "packages");
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        using var dotnet = Process.Start(start)!;
        var error = dotnet.StandardError.ReadToEndAsync();
        var output = await dotnet.StandardOutput.ReadToEndAsync() + await error;
        await dotnet.WaitForExitAsync();
        return new(dotnet.ExitCode, output);

        static bool IsOfTheBuild(string name) =>
            new[] { "MSBUILD", "NUGET", "RESTORE", "VSTEST", "USENETHEREUM", "USEPROMETHEUSNET", "DOTNET_HOST_PATH", "CORECLR" }.Any(beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
    }

    private void Project(string name, string references)
    {
        Write($"src/{name}/{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
              <Target Name="Tell" AfterTargets="CoreCompile">
                <Message Importance="high" Text="$(MSBuildProjectName) has [;$(DefineConstants);] and [;@(PackageReference);]" />
              </Target>
            </Project>
            """);
        Write($"src/{name}/{name}.cs", $"class {name};");
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
