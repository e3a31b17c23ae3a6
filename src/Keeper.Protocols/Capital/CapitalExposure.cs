using System.Diagnostics.Metrics;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;

namespace Keeper.Protocols.Capital;

/// <summary>What lies in a liquidator that works with own funds, asked for with the block's other reads. It changes no state: it is told.</summary>
internal static class CapitalExposure
{
    private const uint BalanceOfSelector = 0x70a08231;

    public static readonly (uint Selector, string Signature) BalanceOf = (BalanceOfSelector, "balanceOf(address)");

    private static readonly Gauge<double> Held = KeeperMeter.Instance.CreateGauge<double>(
        "keeper_exposure_token_units", description: "Own funds and held collateral in the liquidator, in the token's smallest unit.");

    /// <summary>A read for each token of the routes; none where loans pay, since nothing stays then.</summary>
    public static void AddPolls(List<StateRead> reads, CapitalOptions capital)
    {
        if (capital.Funding == CapitalFunding.Flash) return;
        var question = new AbiWriter().Word(capital.Liquidator).ToCall(BalanceOfSelector);
        foreach (var token in capital.Routes.SelectMany(route => new[] { route.From, route.To }).Distinct())
            reads.Add(new($"balance of the liquidator in {token}", new CallRequest(token, question), data => Tell(capital.Liquidator, token, Decoding.Open(data, 1).ReadUInt256())));
    }

    private static void Tell(Address liquidator, Address token, UInt256 balance) =>
        Held.Record((double)balance, new KeyValuePair<string, object?>("liquidator", liquidator.ToString()), new KeyValuePair<string, object?>("token", token.ToString()));
}
