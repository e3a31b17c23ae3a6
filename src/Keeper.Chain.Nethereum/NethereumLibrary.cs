namespace Keeper.Chain.Nethereum;

/// <summary>The client library on Nethereum.</summary>
public static class NethereumLibrary
{
    /// <summary>Whether this build contains the client.</summary>
    public static bool IsBuiltIn => true;
}
