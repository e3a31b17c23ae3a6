using System.Security.Cryptography;
using Keeper.Host.Contracts;

namespace Keeper.Host.Demo;

/// <summary>
/// Contracts of protocols that this repository does not contain, from <c>tests/fixtures</c>: npm brings them at first use, and what has no bytecode is
/// compiled once into a folder that git ignores. For throw-away chains alone.
/// </summary>
internal sealed class ThirdPartyContracts
{
    /// <summary>Aave v3.0 as <c>@aave/core-v3</c> 1.19.3 ships it, compiled.</summary>
    public const string AaveV30 = "aave-v3.0";

    /// <summary>Aave v3.6 from the sources of <c>@aave-dao/aave-v3-origin</c>.</summary>
    public const string AaveV36 = "aave-v3.6";

    /// <summary>Morpho Blue and its mock of an interest rate model, from sources.</summary>
    public const string MorphoBlue = "morpho-blue";

    /// <summary>Factory, pool and router of Uniswap v3, as they ship.</summary>
    public const string UniswapV3 = "uniswap-v3";

    private const string Folder = "tests/fixtures", Script = "compile.mjs", Lock = "package-lock.json";

    /// <summary>Where the artefacts of a package are that ships them, below node_modules.</summary>
    private static readonly Dictionary<string, string[]> Shipped = new()
    {
        [AaveV30] = ["@aave/core-v3/artifacts/contracts"],
        [UniswapV3] = ["@uniswap/v3-core/artifacts/contracts", "@uniswap/v3-periphery/artifacts/contracts"],
    };

    private readonly Dictionary<string, string> _paths;

    private ThirdPartyContracts(IEnumerable<string> folders) =>
        _paths = folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories))
            .Where(path => !path.EndsWith(".dbg.json", StringComparison.Ordinal))
            .GroupBy(path => Path.GetFileNameWithoutExtension(path)!).ToDictionary(same => same.Key, same => same.First());

    /// <param name="set">One of the names above.</param>
    /// <exception cref="EnvironmentException">This is no clone of the repository, or node, npm or the compiler failed.</exception>
    public static async Task<ThirdPartyContracts> OpenAsync(string set, CancellationToken cancellation)
    {
        var npm = NpmFolder.Find(Folder) ?? throw new EnvironmentException($"The folder {Folder} of the repository is not above {AppContext.BaseDirectory} nor the current folder: its contracts are not shipped.");
        var modules = Path.Combine(npm.Path, "node_modules");
        // npm writes this file last.
        await npm.InstallAsync(Path.Combine(modules, ".package-lock.json"), cancellation).ConfigureAwait(false);
        if (Shipped.TryGetValue(set, out var folders)) return new(folders.Select(folder => Path.Combine(modules, folder)));
        var built = Path.Combine(npm.Path, "cache", $"{set}-{KeyOf(npm.Path)}");
        Directory.CreateDirectory(Path.Combine(npm.Path, "cache"));
        await npm.MakeAsync(built, Script, set, cancellation).ConfigureAwait(false);
        return new([built]);
    }

    /// <exception cref="ArgumentException">The set has no contract of this name.</exception>
    public Artifact Load(string contract) =>
        _paths.TryGetValue(contract, out var path) ? Artifact.Parse(contract, File.ReadAllBytes(path)) : throw new ArgumentException($"There is no contract '{contract}'.", nameof(contract));

    /// <summary>Packages, compilers and settings.</summary>
    private static string KeyOf(string folder) =>
        Convert.ToHexStringLower(SHA256.HashData([.. File.ReadAllBytes(Path.Combine(folder, Lock)), .. File.ReadAllBytes(Path.Combine(folder, Script))]))[..16];
}
