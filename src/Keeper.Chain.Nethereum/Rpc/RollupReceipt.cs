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
}
