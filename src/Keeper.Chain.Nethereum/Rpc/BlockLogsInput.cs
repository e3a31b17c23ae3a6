using Nethereum.RPC.Eth.DTOs;
using Newtonsoft.Json;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>The logs of one block by its hash (EIP-234).</summary>
internal sealed class BlockLogsInput : NewFilterInput
{
    [JsonProperty("blockHash")]
    public string? BlockHash { get; init; }
}
