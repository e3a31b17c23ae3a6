using Keeper.Chain.Native;
using Keeper.Chain.Nethereum;
using Keeper.Core.Chain;
using Keeper.Host.Configuration;

namespace Keeper.Host.Running;

/// <summary>The client libraries of this build, by the name that <c>chain.client</c> gives.</summary>
internal static class ChainLibraries
{
    /// <summary>The one whose package is optional.</summary>
    public const string OptionalName = "nethereum";

    private static readonly IChainLibrary? Optional = NethereumLibrary.Instance;

    public static IReadOnlyList<IChainLibrary> BuiltIn { get; } = Optional is null ? [NativeChainLibrary.Instance] : [NativeChainLibrary.Instance, Optional];

    /// <summary>What the demo takes: nothing is at stake there.</summary>
    public static IChainLibrary Preferred => BuiltIn[^1];

    public static IChainLibrary? Find(string name) => BuiltIn.FirstOrDefault(library => library.Name == name);

    /// <exception cref="ArgumentException">The configuration was not checked.</exception>
    public static IChainLibrary Of(ChainOptions chain) => Find(chain.Client) ?? throw new ArgumentException($"There is no client '{chain.Client}'.", nameof(chain));
}
