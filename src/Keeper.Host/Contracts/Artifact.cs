using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Primitives;

namespace Keeper.Host.Contracts;

/// <summary>A compiled contract of <c>contracts/artifacts</c>, embedded in this program. Immutable.</summary>
internal sealed class Artifact
{
    /// <summary>The contract that liquidates.</summary>
    public const string ExecutorName = "LiquidationExecutor";

    /// <summary>The contract that pays for liquidations on the executor's behalf.</summary>
    public const string LiquidatorName = "CollateralLiquidator";

    /// <summary>The contract that sells for it by a router of Uniswap v3.</summary>
    public const string UniswapV3SwapperName = "UniswapV3Swapper";

    private readonly string _initCode, _deployedCode;
    private readonly IReadOnlyList<LinkPlace> _initLinks, _deployedLinks;
    private readonly IReadOnlyList<IReadOnlyList<(int Start, int Length)>> _immutables;

    private Artifact(string name, JsonElement root)
    {
        Name = name;
        _initCode = root.GetProperty("bytecode").GetString()![2..];
        _deployedCode = root.GetProperty("deployedBytecode").GetString()![2..];
        _initLinks = ReadLinks(root.GetProperty("linkReferences"));
        _deployedLinks = ReadLinks(root.GetProperty("deployedLinkReferences"));
        // The artefacts of other compilers' front ends do not tell them.
        var immutables = root.TryGetProperty("immutableReferences", out var places) ? places.EnumerateObject() : default;
        _immutables = [.. immutables.OrderBy(entry => int.Parse(entry.Name, CultureInfo.InvariantCulture)).Select(entry => ReadPlaces(entry.Value))];
        Errors = ReadErrors(root.GetProperty("abi"));
    }

    public string Name { get; }

    /// <summary>Bytes of the code that a deployment leaves on the chain.</summary>
    public int DeployedLength => _deployedCode.Length / 2;

    /// <summary>The libraries that must be given to <see cref="DeployData"/>, by contract name.</summary>
    public IReadOnlyCollection<string> Libraries => _initLinks.Select(place => place.Library).Distinct().ToArray();

    /// <summary>Canonical signatures of the custom errors by their selectors.</summary>
    public IReadOnlyDictionary<uint, string> Errors { get; }

    /// <summary>The artefacts that this program contains.</summary>
    public static IReadOnlyCollection<string> Names =>
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith("artifacts/", StringComparison.Ordinal)).Select(name => name["artifacts/".Length..^".json".Length])];

    /// <exception cref="ArgumentException">There is no artefact of that name.</exception>
    public static Artifact Load(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"artifacts/{name}.json") ?? throw new ArgumentException($"There is no artefact '{name}'.", nameof(name));
        using var document = JsonDocument.Parse(stream);
        return new(name, document.RootElement);
    }

    /// <summary>An artefact that this program does not contain: of the reference project's shape, or Hardhat's.</summary>
    /// <exception cref="ArgumentException">It is no artefact.</exception>
    public static Artifact Parse(string name, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new(name, document.RootElement);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ArgumentException($"{name} is no artefact: {error.Message}", nameof(json));
        }
    }

    /// <summary>What a deploying transaction carries.</summary>
    /// <param name="constructorArguments">ABI-encoded.</param>
    /// <exception cref="ArgumentException">A library is missing.</exception>
    public byte[] DeployData(ReadOnlySpan<byte> constructorArguments, IReadOnlyDictionary<string, Address>? libraries = null) =>
        [.. Link(_initCode, _initLinks, libraries), .. constructorArguments];

    /// <summary>
    /// Whether code on the chain is this contract. Immutables, and libraries that are not given, are values that only the
    /// deployment knows: their places are left out of the comparison, but each must hold the same value wherever it stands.
    /// </summary>
    public CodeMatch Compare(ReadOnlySpan<byte> code, IReadOnlyDictionary<string, Address>? libraries = null)
    {
        if (code.Length != DeployedLength) return new($"has {code.Length} bytes of code, {Name} has {DeployedLength}", []);
        var open = libraries is null ? _deployedLinks : [];
        var expected = Link(_deployedCode, _deployedLinks, libraries ?? open.Select(place => place.Library).Distinct().ToDictionary(name => name, _ => default(Address)));
        var actual = code.ToArray();
        var immutables = new List<UInt256>();
        foreach (var places in _immutables)
        {
            var values = places.Select(place => actual.AsSpan(place.Start, place.Length).ToArray()).ToArray();
            if (values.Any(value => !value.AsSpan().SequenceEqual(values[0]))) return new($"holds different values where {Name} holds one immutable", []);
            // A library keeps its own address in 20 bytes, other immutables are words.
            immutables.Add(UInt256.ReadBigEndian([.. new byte[32 - values[0].Length], .. values[0]]));
            foreach (var (start, length) in places) actual.AsSpan(start, length).Clear();
        }
        foreach (var place in open) actual.AsSpan(place.Start, Address.Size).Clear();
        var difference = expected.AsSpan().CommonPrefixLength(actual);
        return difference == expected.Length ? new(null, immutables) : new($"differs from {Name} at byte {difference}", []);
    }

    private static byte[] Link(string digits, IReadOnlyList<LinkPlace> places, IReadOnlyDictionary<string, Address>? libraries)
    {
        var linked = digits.ToCharArray();
        foreach (var place in places)
        {
            if (libraries is null || !libraries.TryGetValue(place.Library, out var address)) throw new ArgumentException($"The library {place.Library} is missing.", nameof(libraries));
            address.ToString().AsSpan(2).CopyTo(linked.AsSpan(2 * place.Start));
        }
        return Convert.FromHexString(linked);
    }

    private static List<LinkPlace> ReadLinks(JsonElement files) => [..
        from file in files.EnumerateObject()
        from library in file.Value.EnumerateObject()
        from place in ReadPlaces(library.Value)
        select new LinkPlace(library.Name, place.Start)];

    private static List<(int Start, int Length)> ReadPlaces(JsonElement places) =>
        [.. places.EnumerateArray().Select(place => (place.GetProperty("start").GetInt32(), place.GetProperty("length").GetInt32()))];

    private static Dictionary<uint, string> ReadErrors(JsonElement abi) => abi.EnumerateArray()
        .Where(entry => entry.GetProperty("type").GetString() == "error")
        .Select(entry => $"{entry.GetProperty("name").GetString()}({string.Join(',', entry.GetProperty("inputs").EnumerateArray().Select(CanonicalType))})")
        .ToDictionary(Keccak.Selector);

    /// <summary>A tuple is written as its components (Solidity documentation, "Handling tuple types").</summary>
    private static string CanonicalType(JsonElement input)
    {
        var type = input.GetProperty("type").GetString()!;
        return type.StartsWith("tuple", StringComparison.Ordinal)
            ? $"({string.Join(',', input.GetProperty("components").EnumerateArray().Select(CanonicalType))}){type["tuple".Length..]}"
            : type;
    }

    private readonly record struct LinkPlace(string Library, int Start);
}
