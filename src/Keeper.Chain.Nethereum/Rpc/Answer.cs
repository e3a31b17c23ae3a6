using Keeper.Core.Chain.Nodes;
using Newtonsoft.Json.Linq;

namespace Keeper.Chain.Nethereum.Rpc;

/// <param name="Result">JSON's null where there is an error.</param>
internal readonly record struct Answer(JToken Result, RpcFailure? Failure);
