using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Margin;

/// <summary>Hop 3: judges every account of the mirror and keeps those that something can be done about.</summary>
public sealed partial class MarginCycle(TimeProvider time, ILogger<MarginCycle>? logger = null)
{
    /// <summary>Kinds of faults that are told; all are counted.</summary>
    private const int MaxTold = 64;

    private readonly List<Finding> _findings = [];
    private readonly HashSet<string> _told = [];

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

    private Verdict Judge(IProtocol protocol, int account, ulong timestamp)
    {
        try
        {
            return protocol.Evaluate(account, timestamp);
        }
        catch (ArithmeticException)
        {
            // Amounts that leave the range: the contract's checked arithmetic refuses them as ours does, and the other accounts must not wait for that one.
            return Unusable;
        }
        catch (Exception error) when (AdapterFault.Is(error))
        {
            // The adapter's own mistake about one account: what it says of the others stands, and nothing is sent that was not simulated.
            var fault = AdapterFault.Tell(protocol.Settings.Name, AdapterCall.Evaluate, error);
            if (logger is not null && _told.Count < MaxTold && _told.Add($"{protocol.Settings.Name}: {error.GetType()}")) Unjudged(logger, protocol.Settings.Name, account, fault);
            return Unusable;
        }
    }

    private static Verdict Unusable => new(VerdictKind.PriceUnusable, Int256.Zero, UInt256.Zero);

    [LoggerMessage(LogLevel.Error, "Account {Account} (by its number) of {Protocol} cannot be judged, {Fault}. It is left alone, and so is what fails likewise; told once")]
    private static partial void Unjudged(ILogger logger, string protocol, int account, string fault);

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
