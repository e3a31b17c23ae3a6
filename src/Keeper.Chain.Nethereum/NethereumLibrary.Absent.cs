using Keeper.Core.Chain;

namespace Keeper.Chain.Nethereum;

/// <summary>Stands in where the package Nethereum.Web3 was not restored.</summary>
public static class NethereumLibrary
{
    /// <summary>Null: this build has no such library.</summary>
    public static IChainLibrary? Instance => null;
}
