using Newtonsoft.Json;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>The block with this hash and only it (EIP-1898), which the library's BlockParameter cannot say.</summary>
internal sealed class BlockHashParameter(string blockHash)
{
    [JsonProperty("blockHash")]
    public string BlockHash => blockHash;

    [JsonProperty("requireCanonical")]
    public bool RequireCanonical => true;
}
