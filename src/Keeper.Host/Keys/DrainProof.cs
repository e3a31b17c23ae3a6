using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Host.Configuration;
using Keeper.Journal.Sqlite;

namespace Keeper.Host.Keys;

/// <summary>Whether anything of a key may still be mined, by what the journal and the chain say. Writes nothing and takes no lock.</summary>
internal static class DrainProof
{
    /// <returns>What is open, in words; empty where nothing is.</returns>
    /// <exception cref="StartupException">The journal cannot be believed.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(JournalOptions options, IChainClient client, Address key, TimeProvider time, CancellationToken cancellation)
    {
        var recovered = await ReadAsync(options, key, time, cancellation);
        var mined = await client.GetTransactionCountAsync(key, BlockId.Latest, cancellation);
        var open = recovered.Open.Select(plan => $"plan {plan.Plan} with nonce {plan.Intent.Nonce} for {string.Join(", ", plan.Intent.Items.Select(item => item.Account).Distinct())}").ToList();
        // What the journal calls settled may have been taken out by a reorg: it would be in flight again.
        if (open.Count == 0 && recovered.NextNonce > mined) open.Add($"the chain has {mined} transactions of {key}, the journal settled {recovered.NextNonce}: a reorg took some out, or this is another chain");
        if (await PendingAsync(client, key, cancellation) is { } pending && pending > mined) open.Add($"the node holds {pending - mined} transactions of {key} that are not mined");
        return open;
    }

    private static async Task<RecoveredState> ReadAsync(JournalOptions options, Address key, TimeProvider time, CancellationToken cancellation)
    {
        // No keeper has run here yet.
        if (!File.Exists(options.Path) || new FileInfo(options.Path).Length == 0) return new([], null);
        try
        {
            await using var journal = await SqliteJournal.OpenAsync(new() { Path = options.Path, ReadOnly = true }, time);
            return await Recovery.FoldAsync(journal.ReadAsync(0, cancellation), key, cancellation);
        }
        catch (JournalException error)
        {
            throw new StartupException(ExitCode.Environment, "journal.path", $"cannot be used: {error.Message}", "the journal that the keeper of the old key writes");
        }
    }

    /// <summary>Null where the node does not say: it is a hint, and the journal is the proof.</summary>
    private static async Task<ulong?> PendingAsync(IChainClient client, Address key, CancellationToken cancellation)
    {
        try
        {
            return await client.GetTransactionCountAsync(key, BlockId.Pending, cancellation);
        }
        catch (ChainException)
        {
            return null;
        }
    }
}
