using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission.Policy;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>Refusals of the executor that no account of a batch can have brought about.</summary>
    private static readonly HashSet<string> OfTheBatch = ["NotOperator", "ExecutorPaused", nameof(ExecutorCall.DeadlinePassed), "NoItems", "TokenNotAllowed", "DuplicateToken"];

    private static string[] AccountsOf(JournalEntry.Intended intent) => [.. intent.Items.Select(item => item.Account)];

    /// <summary>Asks why a mined transaction failed and which accounts are to blame, by running it again on the state after its block.</summary>
    private async Task<(string Reason, IReadOnlyDictionary<string, Fate> Fates)> ReplayAsync(Slot slot, Receipt receipt, CancellationToken cancellation)
    {
        var accounts = AccountsOf(slot.Intent);
        var call = new CallRequest(settings.Executor, DataOf(slot, receipt.TransactionHash), settings.Operator, slot.Intent.GasLimit);
        try
        {
            var at = BlockId.At(receipt.BlockNumber);
            var result = (await chain.CallAsync([call], at, cancellation).ConfigureAwait(false))[0];
            if (result is CallResult.Returned) return ("reverted on chain, but not when run again after its block", Unknown(accounts));
            var reason = Describe(result);
            return (reason, result is CallResult.Reverted && !OfTheBatch.Contains(reason) ? await FatesAsync(call, accounts, at, cancellation).ConfigureAwait(false) : Unknown(accounts));
        }
        catch (ChainException error)
        {
            return ($"reverted; the reason could not be read: {error.Message}", Unknown(accounts));
        }
    }

    /// <summary>A simulation reverted as a whole: the plan without the accounts that make it revert.</summary>
    /// <param name="call">As it was simulated.</param>
    /// <returns>Null where none is left, or none is to blame: then it was told, and the accounts back off.</returns>
    private async Task<LiquidationPlan?> WithoutCulpritsAsync(LiquidationPlan plan, CallRequest call, string reason, CancellationToken cancellation)
    {
        var accounts = plan.Accounts.SelectMany(account => account.Calls.Select(_ => account.Key)).ToArray();
        IReadOnlyDictionary<string, Fate> fates;
        try
        {
            fates = OfTheBatch.Contains(reason) ? Unknown(accounts) : await FatesAsync(call, accounts, new BlockId.ByHash(plan.SimulationBlock), cancellation).ConfigureAwait(false);
        }
        catch (ChainException)
        {
            // A node that did not answer says nothing of the accounts.
            Skip(plan, SkipReason.SimulationFailed, reason);
            return null;
        }
        var block = Math.Max(_head?.Block.Number ?? 0, plan.Basis.Number);
        var kept = new List<PlannedAccount>();
        foreach (var account in plan.Accounts)
        {
            if (fates[account.Key] is Fate.Fails or Fate.Breaks) Refuse(account, fates[account.Key], block);
            else kept.Add(account);
        }
        if (kept.Count == 0) return null;
        if (kept.Count < plan.Accounts.Count) return Narrowed(plan, kept);
        Skip(plan, SkipReason.SimulationFailed, reason);
        foreach (var account in kept) _backoff.Arm(account.Key, BackoffReason.BatchRefused, block);
        return null;
    }

    /// <summary>
    /// What the items of a call do by account, the least profits apart: together where that does not revert, else every account by itself, in one round
    /// of questions.
    /// </summary>
    /// <param name="accounts">Of the items, in their order.</param>
    /// <exception cref="ChainException">The chain could not be asked.</exception>
    private async Task<IReadOnlyDictionary<string, Fate>> FatesAsync(CallRequest call, string[] accounts, BlockId at, CancellationToken cancellation)
    {
        ExecutorArguments arguments;
        try
        {
            arguments = ExecutorArguments.Decode(call.Data.Span);
        }
        catch (AbiException)
        {
            return Unknown(accounts);
        }
        if (arguments.Items.Count != accounts.Length) return Unknown(accounts);
        arguments = arguments with { MinProfits = [.. arguments.MinProfits.Select(min => (min.Token, UInt256.Zero))] };
        var names = accounts.Distinct().ToArray();
        var questions = names.Select(name => arguments with { Items = [.. arguments.Items.Where((_, index) => accounts[index] == name)] }).Prepend(arguments)
            .Select(question => call with { Data = question.Encode() }).ToArray();

        var whole = (await chain.CallAsync(questions[..1], at, cancellation).ConfigureAwait(false))[0];
        if (Read(whole, accounts) is { } together) return together;
        var alone = await chain.CallAsync(questions[1..], at, cancellation).ConfigureAwait(false);
        var fates = new Dictionary<string, Fate>();
        for (var i = 0; i < names.Length; i++)
        {
            var own = accounts.Where(name => name == names[i]).ToArray();
            fates[names[i]] = Read(alone[i], own)?[names[i]]
                ?? (alone[i] is CallResult.Reverted && Describe(alone[i]) is var reason && !OfTheBatch.Contains(reason) ? new Fate.Breaks(reason) : new Fate.Unknown());
        }
        return fates;
    }

    private Dictionary<string, Fate>? Read(CallResult result, string[] accounts)
    {
        if (result is not CallResult.Returned(var data)) return null;
        try
        {
            return ExecutorCall.DecodeResults(data.Span) is { } items && items.Count == accounts.Length ? FatesOf(accounts, items) : null;
        }
        catch (AbiException)
        {
            return null;
        }
    }

    /// <summary>One call of an account that succeeds is enough: the account was dealt with.</summary>
    private Dictionary<string, Fate> FatesOf(string[] accounts, IReadOnlyList<ItemResult> items) => accounts.Select((account, index) => (account, item: items[index]))
        .GroupBy(entry => entry.account).ToDictionary(
            group => group.Key, group => group.Any(entry => entry.item.Succeeded) ? new Fate.Succeeds() : (Fate)new Fate.Fails(Explain(group.Key, group.First().item.Data.Span)));

    private CallFailure Explain(string account, ReadOnlySpan<byte> revertData) =>
        protocols.FirstOrDefault(protocol => account.StartsWith(protocol.Settings.Name + ":", StringComparison.Ordinal))?.Explain(revertData)
        ?? new(false, "the protocol is not configured any more");

    private static Dictionary<string, Fate> Unknown(string[] accounts) => accounts.Distinct().ToDictionary(account => account, _ => (Fate)new Fate.Unknown());

    private void Refuse(PlannedAccount account, Fate fate, ulong block)
    {
        var (isNeeded, detail) = fate switch
        {
            Fate.Fails(var failure) => (!failure.NoLongerNeeded, failure.Detail),
            Fate.Breaks(var reason) => (true, reason),
            _ => (true, "unknown"),
        };
        skipReport.Tell(new(account.Key, isNeeded ? SkipReason.SimulationFailed : SkipReason.NoLongerNeeded, detail));
        if (isNeeded) _backoff.Arm(account.Key, BackoffReason.SimulationRefused, block);
        else _refusedAsHealthy++;
    }
}
