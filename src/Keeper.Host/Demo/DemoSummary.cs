using System.Text.Json;
using System.Text.Json.Serialization;

namespace Keeper.Host.Demo;

/// <summary>The demo's result; property names are those of the JSON object that <c>--json</c> prints.</summary>
/// <param name="Protocol">The type of its adapter.</param>
/// <param name="Unhealthy">Times that an account became liquidatable, by the contract's view at the end of each block.</param>
/// <param name="MaxBlocksLate">Block of the liquidation less the first block at whose end the account was liquidatable; at best 1.</param>
/// <param name="RejectedSends">Sends that the node did not accept.</param>
/// <param name="OracleToBroadcastMs">From the arrival of the price or block at the keeper to the node's acceptance of the transaction.</param>
internal sealed record DemoSummary(
    string Protocol, string Client, int Seed, int Accounts, int Unhealthy, int Liquidated, int Recovered, int Missed, int Duplicates, int MaxBlocksLate,
    int Transactions, long RejectedSends, ulong GasUsed, double RewardUsd, DemoSummary.Quantiles OracleToBroadcastMs,
    double RpcRequestsPerBlock, double DurationSeconds)
{
    internal sealed record Quantiles(double? P50, double? P99);

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.Strict };

    /// <summary>Nothing was missed and nothing doubled.</summary>
    [JsonIgnore]
    public bool IsClean => Missed == 0 && Duplicates == 0;

    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
