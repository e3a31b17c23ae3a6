using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Primitives;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Util;
using Newtonsoft.Json.Linq;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>A block of an answer or a notification, with its hash held against its members.</summary>
internal static class HeaderAnswer
{
    /// <summary>Null for JSON's null.</summary>
    /// <exception cref="Core.Chain.Nodes.MalformedAnswerException">It is no header.</exception>
    public static BlockHeader? Read(JToken token)
    {
        var seal = new HeaderSeal();
        // Before it is read: that leaves in the token only what the keeper reads of it.
        if (token is JObject block)
            foreach (var member in block.Properties())
                if (member.Value is JValue { Value: string text }) seal.Add(Encoding.UTF8.GetBytes(member.Name), Encoding.UTF8.GetBytes(text));
        return StrictJson.To<Block>(token) is { } read ? read.ToHeader(seal.Holds(Strict.Hash(read.BlockHash), Keccak)) : null;
    }

    private static Hash32 Keccak(ReadOnlySpan<byte> data) => new(Sha3Keccack.Current.CalculateHash(data.ToArray()));
}
