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
            return (reason, result is CallResult.Reverted && !OfTheBatch.Contains(reason) ? await FatesAsync(call, accounts, slot.Calls, reason, (calls, token) => chain.CallAsync(calls, at, token), cancellation).ConfigureAwait(false) : Unknown(accounts));
        }
        catch (ChainException error)
        {
            return ($"reverted; the reason could not be read: {error.Message}", Unknown(accounts));
        }
    }

    /// <summary>A simulation failed as a whole: the plan without the accounts that make it fail.</summary>
    /// <param name="call">As it was simulated.</param>
    /// <returns>Null where none is left, or none is to blame: then it was told.</returns>
    private async Task<LiquidationPlan?> WithoutCulpritsAsync(LiquidationPlan plan, CallRequest call, CallResult result, CancellationToken cancellation)
    {
        var reason = Describe(result);
        var accounts = plan.Accounts.SelectMany(account => account.Calls.Select(_ => account.Key)).ToArray();
        IReadOnlyDictionary<string, Fate> fates;
        try
        {
            fates = OfTheBatch.Contains(reason) ? Unknown(accounts)
                : await FatesAsync(call, accounts, plan.Calls, reason, RunOn(plan), cancellation).ConfigureAwait(false);
        }
        catch (ChainException)
        {
            fates = Unknown(accounts);
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
        if (reason == nameof(ExecutorCall.MinProfitNotMet)) Skip(plan, SkipReason.BelowMinProfit, "the simulation earns less than the gas costs");
        else Skip(plan, SkipReason.SimulationFailed, reason);
        // A node that did not answer says nothing of the accounts; with another price or other gas the next block's plan may do.
        if (result is not CallResult.Reverted || reason is nameof(ExecutorCall.MinProfitNotMet) or ExecutorCall.InsufficientGas) return null;
        foreach (var account in kept) _backoff.Arm(account.Key, BackoffReason.BatchRefused, block);
        return null;
    }

    /// <summary>
    /// What the items of a call that failed do, by account: together without the least profits; where that fails too, each account by
    /// itself; where it does not and profit was what was missing, each by itself with its share of it. Two rounds of questions at most.
    /// </summary>
    /// <param name="accounts">Of the items, in their order.</param>
    /// <param name="calls">The items with what was expected of them; others than the items where that is not known any more.</param>
    /// <param name="run">Runs calls on the state on which this one failed.</param>
    /// <exception cref="ChainException">The chain could not be asked.</exception>
    private async Task<IReadOnlyDictionary<string, Fate>> FatesAsync(
        CallRequest call, string[] accounts, IReadOnlyList<LiquidationCall> calls, string reason, RunCalls run, CancellationToken cancellation)
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
        var free = arguments with { MinProfits = [.. arguments.MinProfits.Select(min => (min.Token, UInt256.Zero))] };
        var together = Read((await run([call with { Data = free.Encode() }], cancellation).ConfigureAwait(false))[0], accounts);
        var isProfitMissing = reason == nameof(ExecutorCall.MinProfitNotMet) && calls.Count == accounts.Length;
        if (together is not null && (!isProfitMissing || together.Values.Any(fate => fate is Fate.Fails))) return together;

        var minimums = (together is null ? free : arguments).MinProfits;
        var shares = calls.Count == accounts.Length ? SharesOf(accounts, calls, minimums) : accounts.Distinct().ToDictionary(account => account, _ => minimums);
        var alone = shares.Select(share => (Account: share.Key, Call: (arguments with
        {
            Items = [.. arguments.Items.Where((_, index) => accounts[index] == share.Key)],
            MinProfits = share.Value,
        }).Encode())).ToArray();
        var results = await run([.. alone.Select(question => call with { Data = question.Call })], cancellation).ConfigureAwait(false);
        var doesAnswer = results.Any(result => result is not CallResult.Refused);
        var fates = alone.Zip(results).ToDictionary(pair => pair.First.Account, pair =>
        {
            var own = accounts.Where(name => name == pair.First.Account).ToArray();
            if (Read(pair.Second, own) is { } read) return read[pair.First.Account];
            // Out of gas is an error of the node's own: it means the account where the node answers for others.
            return pair.Second is CallResult.Returned || !doesAnswer || OfTheBatch.Contains(Describe(pair.Second)) ? new Fate.Unknown() : new Fate.Breaks(Describe(pair.Second));
        });
        // Where nobody brings his share it is the gas that is dear.
        return together is not null && fates.Values.All(fate => fate is Fate.Breaks) ? together : fates;
    }

    /// <summary>By account, its tokens and what it must bring of each for its part of the batch's least profit.</summary>
    private static Dictionary<string, IReadOnlyList<(Address Token, UInt256 Amount)>> SharesOf(
        string[] accounts, IReadOnlyList<LiquidationCall> calls, IReadOnlyList<(Address Token, UInt256 Amount)> minimums)
    {
        return accounts.Zip(calls, (Account, Call) => (Account, Call)).GroupBy(entry => entry.Account).ToDictionary(group => group.Key, group => Share([.. group.Select(entry => entry.Call)]));

        IReadOnlyList<(Address, UInt256)> Share(LiquidationCall[] own) =>
            [.. minimums.Where(min => own.Any(call => call.Token.Address == min.Token)).Select(min => (min.Token, Part(min, own)))];

        UInt256 Part((Address Token, UInt256 Amount) min, LiquidationCall[] own) =>
            Expected(calls, min.Token) is { IsZero: false } whole ? UInt256.MulDivDown(min.Amount, Expected(own, min.Token), whole) : UInt256.Zero;

        static UInt256 Expected(IEnumerable<LiquidationCall> calls, Address token) =>
            calls.Where(call => call.Token.Address == token).Aggregate(UInt256.Zero, (sum, call) => sum + call.ExpectedReward);
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
        protocols.FirstOrDefault(protocol => account.StartsWith(protocol.Settings.Name + ":", StringComparison.Ordinal)) is { } named
            ? Explain(named, revertData) : new(false, "the protocol is not configured any more");

    private static CallFailure Explain(IProtocol protocol, ReadOnlySpan<byte> revertData)
    {
        try
        {
            return protocol.Explain(revertData);
        }
        catch (Exception error) when (AdapterFault.Is(error))
        {
            return new(false, AdapterFault.Tell(protocol.Settings.Name, AdapterCall.Explain, error));
        }
    }

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
        if (!isNeeded) _refusedAsHealthy.Add(account.Key);
        else if (fate is not Fate.Fails({ CannotPay: true }) || !TryOtherWay(account, block)) _backoff.Arm(account.Key, BackoffReason.SimulationRefused, block);
    }
}
