using Keeper.Core.Chain.Nodes;
using Newtonsoft.Json.Linq;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>
/// The members of answers that the keeper reads. The library's objects have many more, find them in any letter case, and fail where one that nobody
/// needs has a shape of its own.
/// </summary>
internal static class Answers
{
    private static readonly HashSet<string> Own =
    [
        "number", "hash", "parentHash", "timestamp", "gasLimit", "gasUsed", "baseFeePerGas", "logsBloom", "receiptsRoot",
        "address", "topics", "data", "blockNumber", "blockHash", "transactionHash", "logIndex", "removed",
        "status", "effectiveGasPrice", "contractAddress", "logs", "l1Fee", "type", "cumulativeGasUsed", "depositNonce", "depositReceiptVersion",
        "oldestBlock", "gasUsedRatio", "reward",
    ];

    /// <exception cref="MalformedAnswerException">A value is empty text, which the library takes for null.</exception>
    public static void KeepOwn(JToken token)
    {
        switch (token)
        {
            case JObject members:
                foreach (var member in members.Properties().ToArray())
                {
                    if (Own.Contains(member.Name)) KeepOwn(member.Value);
                    else member.Remove();
                }
                break;
            case JArray items:
                foreach (var item in items) KeepOwn(item);
                break;
            case JValue { Value: "" }:
                throw new MalformedAnswerException("a value is empty text");
        }
    }
}
