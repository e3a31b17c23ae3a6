using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;
using Newtonsoft.Json;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>The library's receipt with what nodes of rollups add to it.</summary>
internal sealed class RollupReceipt : TransactionReceipt
{
    /// <summary>What the transaction paid beside its gas for the data that goes to the layer below.</summary>
    [JsonProperty("l1Fee")]
    public HexBigInteger? L1Fee { get; set; }

    /// <summary>Of a deposit of the OP stack.</summary>
    [JsonProperty("depositNonce")]
    public HexBigInteger? DepositNonce { get; set; }

    /// <inheritdoc cref="DepositNonce"/>
    [JsonProperty("depositReceiptVersion")]
    public HexBigInteger? DepositReceiptVersion { get; set; }
}
