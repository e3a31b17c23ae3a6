using System.Diagnostics.Metrics;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;

namespace Keeper.Protocols.Capital;

/// <summary>What lies in a liquidator that works with own funds, asked for with the block's other reads. It changes no state: it is told.</summary>
internal sealed class CapitalExposure(CapitalOptions capital)
{
    private const uint BalanceOfSelector = 0x70a08231, DecimalsSelector = 0x313ce567;

    /// <summary>Beyond it a token is not believed, and not told.</summary>
    private const int MostDecimals = 36;

    public static readonly IReadOnlyList<(uint Selector, string Signature)> Calls = [(BalanceOfSelector, "balanceOf(address)"), (DecimalsSelector, "decimals()")];

    private static readonly Gauge<double> Held = KeeperMeter.Instance.CreateGauge<double>(
        "keeper_exposure_tokens", description: "Own funds and held collateral in the liquidator, in whole tokens.");

    /// <summary>Of a token's contract: no log changes them.</summary>
    private readonly Dictionary<Address, int> _decimals = [];

    /// <summary>A read for each token of the configuration; none where loans pay, since nothing stays then.</summary>
    public void AddPolls(List<StateRead> reads)
    {
        if (capital.Funding == CapitalFunding.Flash) return;
        foreach (var token in capital.Routes.SelectMany(route => new[] { route.From, route.To }).Concat(capital.SameTokens).Distinct())
        {
            reads.Add(_decimals.TryGetValue(token, out var decimals)
                ? new($"balance of the liquidator in {token}", new CallRequest(token, new AbiWriter().Word(capital.Liquidator).ToCall(BalanceOfSelector)), data => Tell(token, Read(data), decimals))
                : new($"decimals of {token}", new CallRequest(token, new AbiWriter().ToCall(DecimalsSelector)), data => _decimals[token] = (int)(ulong)UInt256.Min(Read(data), (UInt256)(ulong)(MostDecimals + 1))));
        }
    }

    private void Tell(Address token, UInt256 balance, int decimals)
    {
        if (decimals > MostDecimals) return;
        Held.Record((double)balance / Math.Pow(10, decimals), new KeyValuePair<string, object?>("liquidator", capital.Liquidator.ToString()), new KeyValuePair<string, object?>("token", token.ToString()));
    }

    private static UInt256 Read(ReadOnlyMemory<byte> data) => Decoding.Open(data, 1).ReadUInt256();
}
