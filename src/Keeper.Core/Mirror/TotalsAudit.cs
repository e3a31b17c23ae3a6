using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Mirror;

/// <summary>Sums over a mirror against the contracts' own at the same block: an account of which no log was seen is missing in them.</summary>
public sealed class TotalsAudit(IChainClient chain, ILogger logger)
{
    private readonly HashSet<string> _told = [];

    /// <summary>Asks for all of them in one batch at the block's hash.</summary>
    /// <returns>What differs, by protocol; empty where everything is as the contracts say, or they do not say.</returns>
    /// <exception cref="ChainException">The node answers nothing at that block: nothing is known. Where it refuses some calls alone, those tell nothing.</exception>
    public async Task<IReadOnlyDictionary<string, string>> CompareAsync(IReadOnlyList<(string Name, ICapturedState State)> states, BlockRef at, CancellationToken cancellation)
    {
        var checks = states.SelectMany(state => ChecksOf(state.Name, state.State).Select(check => (state.Name, Check: check))).ToArray();
        var differences = new Dictionary<string, string>();
        if (checks.Length == 0) return differences;
        var answers = await chain.CallAsync([.. checks.Select(check => check.Check.Call)], BlockId.At(at), cancellation).ConfigureAwait(false);
        if (answers.All(answer => answer is CallResult.Refused)) throw new ChainException($"{checks[0].Check.What} of {checks[0].Name}: {((CallResult.Refused)answers[0]).Reason}", ChainFault.Rejected);
        for (var i = 0; i < checks.Length; i++)
        {
            var (name, check) = checks[i];
            if (Judge(name, check, answers[i]) is not { } difference) continue;
            MirrorLog.TotalsDiffer(logger, name, at, $"{check.What}: {difference}");
            differences.TryAdd(name, $"{check.What}: {difference}");
        }
        foreach (var name in differences.Keys) MirrorInstruments.TotalsDiffer(name);
        foreach (var known in checks.Zip(answers).Where(pair => pair.First.Check.Lack is not null).GroupBy(pair => pair.First.Name))
            MirrorInstruments.TotalsLack(known.Key, known.Count(pair => IsLacking(pair.First.Name, pair.First.Check, pair.Second)));
        return differences;
    }

    private string? Judge(string protocol, TotalCheck check, CallResult answer)
    {
        try
        {
            switch (answer)
            {
                case CallResult.Returned(var data): return check.Difference(data);
                case CallResult.Refused(var reason): return Unknown(ForeignText.Clean(reason));
                default: return Unknown("the call reverted");
            }
        }
        catch (AbiException error)
        {
            return Unknown(error.Message);
        }
        catch (Exception error) when (AdapterFault.Is(error))
        {
            return Unknown(AdapterFault.Tell(protocol, AdapterCall.Totals, error));
        }

        string? Unknown(string reason)
        {
            Tell(protocol, check.What, reason);
            return null;
        }
    }

    private bool IsLacking(string protocol, TotalCheck check, CallResult answer)
    {
        try
        {
            if (answer is not CallResult.Returned(var data) || check.Lack!(data) is not { } lack) return false;
            if (_told.Add($"{protocol}: {check.What}: lack")) MirrorLog.TotalsLack(logger, protocol, check.What, lack);
            return true;
        }
        catch (Exception error) when (AdapterFault.Is(error))
        {
            // Told when the difference was asked for.
            return false;
        }
    }

    private IReadOnlyList<TotalCheck> ChecksOf(string protocol, ICapturedState state)
    {
        try
        {
            return AdapterFault.Whole(state.Totals());
        }
        catch (Exception error) when (AdapterFault.Is(error))
        {
            Tell(protocol, "totals", AdapterFault.Tell(protocol, AdapterCall.Totals, error));
            return [];
        }
    }

    private void Tell(string protocol, string what, string reason)
    {
        if (_told.Add($"{protocol}: {what}")) MirrorLog.TotalsUnknown(logger, protocol, what, reason);
    }
}
