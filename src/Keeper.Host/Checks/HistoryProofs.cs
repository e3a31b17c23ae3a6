using Keeper.Core.Chain;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Protocol;
using Keeper.Host.Configuration;

namespace Keeper.Host.Checks;

/// <summary>That a protocol's history begins where its contract does, and what a start will have to read.</summary>
internal static class HistoryProofs
{
    public static async Task<IReadOnlyList<Proof>> RunAsync(KeeperOptions options, IChainClient client, ulong head, TimeProvider time, CancellationToken cancellation)
    {
        var proofs = new List<Proof>();
        foreach (var protocol in options.Protocols.Where(protocol => protocol.DeployBlock > 0 && protocol.DeployBlock <= head))
            proofs.Add(await BeginningAsync(client, protocol, cancellation));
        proofs.AddRange(options.Protocols.Where(protocol => protocol.Start is not null).Select(protocol => Listed(protocol, head)));
        var queries = Queries(options);
        proofs.Add(Start(options, head, queries, time, out var first));
        proofs.AddRange(options.Chain.Endpoints.Select(endpoint => Budget(endpoint, options.Chain.Profile.MaxLogRange, queries, first, head)).OfType<Proof>());
        return proofs;
    }

    /// <summary>How often each range is asked for: logs of some subjects alone take a request of their own beside all others.</summary>
    private static ulong Queries(KeeperOptions options)
    {
        try
        {
            return (ulong)Math.Max(1, options.Protocols.Select(ProtocolCatalog.Create).Aggregate(LogFilter.None, (sum, protocol) => sum.Union(protocol.Filter)).Queries.Count);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // An adapter of a package may throw what it likes; it is told elsewhere.
            return 1;
        }
    }

    /// <summary>What happened before the first block that is read would be missing, and nothing would tell.</summary>
    private static async Task<Proof> BeginningAsync(IChainClient client, ProtocolSettings protocol, CancellationToken cancellation)
    {
        var field = $"protocols/{protocol.Name}.json: deployBlock";
        var before = protocol.DeployBlock - 1;
        try
        {
            return (await client.GetCodeAsync(protocol.Address, BlockId.At(before), cancellation)).IsEmpty
                ? Proof.Ok(field, $"is {protocol.DeployBlock}: there is no contract at {protocol.Address} before it")
                : Proof.Wrong(field, $"is {protocol.DeployBlock}, and the contract at {protocol.Address} is there at block {before} already: what happened until then would be missing", "the block that the contract was deployed in");
        }
        catch (ChainException error)
        {
            return Proof.Warning(
                field, $"is {protocol.DeployBlock}, and that the contract is not older cannot be proven: the node does not tell its code at block {before}: {error.Message}",
                "a node that keeps old states (an archive), once");
        }
    }

    /// <summary>A start without history is no more than its list: what the adapter cannot read would be unknown, and nothing would tell.</summary>
    private static Proof Listed(ProtocolSettings settings, ulong head)
    {
        var field = $"protocols/{settings.Name}.json: start";
        var (block, accounts) = settings.Start!;
        if (block > head) return Proof.Wrong(field, $"begins at block {block}, the chain is at block {head}", "a block that is there");
        var adapter = ProtocolCatalog.Create(settings);
        return accounts.FirstOrDefault(account => !adapter.CanStartWith(account)) is { } wrong
            ? Proof.Wrong(field, $"has the account '{ForeignText.Clean(wrong, 60)}', which the adapter {settings.Type} has no name like, or it cannot begin without history", "names as the journal has them, or no section start")
            : Proof.Warning(field, $"begins at block {block} with {accounts.Count} accounts: others that are older are unknown until a log names them (keeper_totals_lacking)", "no section start, where history can be read");
    }

    /// <summary>A history that takes more than a day's requests is read on several days, and nothing is followed before its end.</summary>
    internal static Proof? Budget(EndpointOptions endpoint, int width, ulong queries, ulong first, ulong head)
    {
        if (endpoint.Limits.DailyCostUnits is not { } budget || first > head) return null;
        // Each range is asked for with the header of its last block; where two endpoints answer, each is asked for all of it.
        var units = (head - first + (ulong)width) / (ulong)width * queries * (ulong)(endpoint.Limits.CostOf("eth_getLogs") + endpoint.Limits.CostOf("eth_getBlockByNumber"));
        return units <= (ulong)budget / 10 * 7 ? null : Proof.Warning(
            $"chain.endpoints ({endpoint.Name}): dailyCostUnits", $"is {budget}: what a start reads takes {units} units at least, and three tenths of what is left of a day are kept for following",
            "a larger budget, an endpoint without one, a snapshot from another keeper (keeper mirror import), or a start from a list of accounts");
    }

    /// <param name="first">The block that it begins to read at.</param>
    private static Proof Start(KeeperOptions options, ulong head, ulong queries, TimeProvider time, out ulong first)
    {
        first = options.Protocols.Min(protocol => protocol.FirstBlock);
        const string Field = "checkpoint.path";
        var width = options.Chain.Profile.MaxLogRange;
        try
        {
            if (new SnapshotStore(options.Checkpoint.Path, options.Chain.Id, time).Find() is { } snapshot)
            {
                first = snapshot.Block.Number + 1;
                return Proof.Ok(Field, $"holds the mirror of block {snapshot.Block}: a start reads {Reading(first)}");
            }
            return Proof.Ok(Field, $"is {options.Checkpoint.Path}: no snapshot is there yet, a start reads {Reading(options.Protocols.Min(protocol => protocol.FirstBlock))}");
        }
        catch (SnapshotException error)
        {
            return Proof.Warning(Field, $"holds a snapshot that is not used ({error.Message}): a start reads {Reading(options.Protocols.Min(protocol => protocol.FirstBlock))}", "one of this keeper and chain");
        }

        // Where a snapshot is, its accounts are.
        string Views(ulong first) =>
            options.Protocols.Where(protocol => protocol.FirstBlock >= first).Sum(protocol => protocol.Start?.Accounts.Count ?? 0) is > 0 and var accounts ? $", and {accounts} accounts of lists by views" : "";

        string Reading(ulong first)
        {
            var blocks = first > head ? 0 : head - first + 1;
            return $"{blocks} blocks in at least {(blocks + (ulong)width - 1) / (ulong)width * queries} requests for logs{Views(first)}";
        }
    }
}
