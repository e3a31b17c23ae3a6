using System.Buffers.Binary;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>
/// Stands before every signature, pure. What it judges it reads from the very fields that are to be signed, not from the
/// objects that made them, so that a fault anywhere before it can't have anything else signed than the configured protocols need.
/// </summary>
public static class PolicyGate
{
    /// <summary>More than fit into any transaction: each item costs 15,000 gas around its call.</summary>
    public const int MaxItems = 1_024;

    /// <summary>Enough for a transfer of nothing on chains that charge data as gas, in their dearest hours.</summary>
    public static readonly Gas MaxCancelGas = new(500_000);

    /// <summary>
    /// Blocks for which a reading of the pinned code holds. It is read at every head, so that only a node that keeps failing makes
    /// it older; a round may take some blocks where they are fast. By default a transaction is given less than this to be mined.
    /// </summary>
    public const ulong MaxCodeAge = 32;

    /// <returns>The first rule that refuses; null where all allow.</returns>
    public static PolicyRule? Judge(TransactionFields fields, PlannedTransaction planned, PolicyLimits limits, PolicySpending spending) =>
        JudgeEnvelope(fields, planned, limits)
        ?? (planned.IsCancel ? null : JudgeCall(fields, limits))
        ?? JudgeCost(fields.Fees.MaxFeePerGas * fields.GasLimit + planned.DataCost, limits.Options, spending);

    /// <summary>Whether the answer of a signer is of these fields and this key. Hash and signature are the signer's own to prove: Core has no cryptography.</summary>
    public static PolicyRule? JudgeAnswer(TransactionFields asked, Address key, SignedTransaction answer) =>
        answer.DifferenceFrom(asked, key) is null ? null : PolicyRule.SignerAnswer;

    private static PolicyRule? JudgeEnvelope(TransactionFields fields, PlannedTransaction planned, PolicyLimits limits)
    {
        if (fields.ChainId != limits.ChainId) return PolicyRule.Chain;
        if (fields.To != (planned.IsCancel ? limits.Key : limits.Executor)) return PolicyRule.Target;
        if (fields.Value != Wei.Zero) return PolicyRule.Value;
        if (fields.Nonce != planned.Nonce) return PolicyRule.Nonce;
        if (fields.GasLimit > limits.TransactionGasCap) return PolicyRule.GasLimit;
        if (planned.IsCancel ? fields.GasLimit > MaxCancelGas : fields.GasLimit != planned.GasLimit) return PolicyRule.GasLimit;
        if (fields.Fees.MaxFeePerGas > limits.Options.HardFeeCap) return PolicyRule.FeeCap;
        if (fields.Fees.MaxPriorityFeePerGas > fields.Fees.MaxFeePerGas) return PolicyRule.Tip;
        return planned.IsCancel ? (fields.Data.IsEmpty ? null : PolicyRule.Plan)
            : fields.Data.Span.SequenceEqual(planned.Data.Span) ? null : PolicyRule.Plan;
    }

    private static PolicyRule? JudgeCall(TransactionFields fields, PolicyLimits limits)
    {
        if (SelectorOf(fields.Data.Span) != ExecutorCall.ExecuteSelector) return PolicyRule.Selector;
        ExecutorArguments call;
        try
        {
            call = ExecutorArguments.Decode(fields.Data.Span);
        }
        catch (AbiException)
        {
            return PolicyRule.Calldata;
        }
        if (call.Items.Count is 0 or > MaxItems) return PolicyRule.ItemCount;
        var called = new HashSet<Address> { limits.Executor };
        foreach (var (target, gas, data) in call.Items)
        {
            if (SelectorOf(data.Span) is not { } selector || !limits.Calls.Contains((target, selector))) return PolicyRule.Call;
            if (limits.Venues.TryGetValue((target, selector), out var venues))
            {
                if (FirstAddressOf(data.Span) is not { } venue || !venues.Contains(venue)) return PolicyRule.Call;
                called.Add(venue);
            }
            if (gas > fields.GasLimit.Value) return PolicyRule.ItemGas;
            called.Add(target);
        }
        if (limits.BlockNumber > limits.Code.BlockNumber + MaxCodeAge || !called.All(limits.Code.Addresses.Contains)) return PolicyRule.CodeHash;
        var tokens = call.MinProfits.Select(min => min.Token).ToArray();
        if (tokens.Length == 0 || tokens.Distinct().Count() != tokens.Length || !tokens.All(limits.Tokens.Contains)) return PolicyRule.Token;
        // The next block's time is later than that of the newest: the executor would refuse it.
        return call.Deadline <= limits.Now || call.Deadline > limits.LatestDeadline ? PolicyRule.Deadline : null;
    }

    /// <summary>Of a replacement only what it may cost beyond its slot's earlier attempts counts, so that what is in flight can be finished when a budget is spent.</summary>
    private static PolicyRule? JudgeCost(Wei cost, SubmissionOptions options, PolicySpending spending)
    {
        if (cost > options.MaxTransactionCost) return PolicyRule.TransactionCost;
        if (cost <= spending.Slot) return null;
        var more = cost - spending.Slot;
        if (spending.Spent + spending.Open + more > options.MaxCostPerHour) return PolicyRule.HourlyCost;
        if (options.MaxCostPerKey is { } ever && spending.SpentEver + spending.Open + more > ever) return PolicyRule.KeyCost;
        if (spending.Balance is not { } balance) return PolicyRule.BalanceShare;
        var share = new Wei(UInt256.MulDivDown(balance.Value, options.BalanceSharePpm, 1_000_000UL));
        return spending.Unmined + more > share ? PolicyRule.BalanceShare : null;
    }

    private static uint? SelectorOf(ReadOnlySpan<byte> data) => data.Length < 4 ? null : BinaryPrimitives.ReadUInt32BigEndian(data);

    private static Address? FirstAddressOf(ReadOnlySpan<byte> call)
    {
        try
        {
            return new AbiReader(call[4..]).ReadAddress();
        }
        catch (AbiException)
        {
            return null;
        }
    }
}
