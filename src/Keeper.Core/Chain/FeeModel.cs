namespace Keeper.Core.Chain;

/// <summary>How a chain charges for a transaction.</summary>
public enum FeeModel
{
    /// <summary>A base fee and a tip for each unit of gas.</summary>
    Eip1559,

    /// <summary>One gas price.</summary>
    Legacy,

    /// <summary>As EIP-1559, and on top, in coin, what the OP stack charges for the data on its layer 1.</summary>
    OpStack,

    /// <summary>As EIP-1559, and on top, in gas, what Arbitrum charges for the data on its layer 1.</summary>
    Arbitrum,
}
