using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Margin;

/// <summary>Hop 3: judges every account of the mirror and keeps those that something can be done about.</summary>
public sealed class MarginCycle(TimeProvider time)
{
    private readonly List<Finding> _findings = [];

    /// <summary>Of the last evaluation.</summary>
    public NearestAccounts Nearest { get; } = new();

    /// <summary>Evaluates at the mirror's block, or at its hint. The list is good until the next call.</summary>
    public IReadOnlyList<Finding> Evaluate(Mirror.Mirror mirror)
    {
        var began = time.GetTimestamp();
        _findings.Clear();
        Nearest.Clear();
        foreach (var protocol in mirror.Protocols)
        {
            if (mirror.FaultOf(protocol) is null) Scan(protocol, mirror.TimeFor(protocol));
        }
        MarginInstruments.Evaluated(time.GetElapsedTime(began));
        return _findings;
    }

    private static Verdict Judge(IProtocol protocol, int account, ulong timestamp)
    {
        try
        {
            return protocol.Evaluate(account, timestamp);
        }
        catch (ArithmeticException)
        {
            // Amounts that leave the range: the contract's checked arithmetic refuses them as ours does, and the other accounts must not wait for that one.
            return new(VerdictKind.PriceUnusable, Int256.Zero, UInt256.Zero);
        }
    }

    private void Scan(IProtocol protocol, ulong timestamp)
    {
        var liquidatable = 0;
        for (var account = 0; account < protocol.AccountCount; account++)
        {
            var verdict = Judge(protocol, account, timestamp);
            Nearest.Offer(protocol, account, verdict);
            if (verdict.Kind is VerdictKind.Empty or VerdictKind.Healthy) continue;
            if (verdict.Kind == VerdictKind.Liquidatable) liquidatable++;
            _findings.Add(new(protocol, account, verdict, timestamp));
        }
        MarginInstruments.Liquidatable(protocol.Settings.Name, liquidatable, protocol.AccountCount);
    }
}
