namespace Keeper.Chain.Nethereum;

/// <summary>Stands in where the package Nethereum.Web3 was not restored.</summary>
public static class NethereumLibrary
{
    /// <summary>Whether this build contains the client.</summary>
    public static bool IsBuiltIn => false;
}
