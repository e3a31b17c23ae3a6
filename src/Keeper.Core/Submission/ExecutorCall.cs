using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission.Policy;

namespace Keeper.Core.Submission;

/// <summary>What is said to the LiquidationExecutor and what it says back (contracts/src/executor/ILiquidationExecutor.sol).</summary>
public static class ExecutorCall
{
    /// <summary><c>execute((address,uint64,bytes)[],(address,uint256)[],uint256)</c></summary>
    public const uint ExecuteSelector = 0xb811fc2c;

    /// <summary><c>ItemExecuted(uint256,bool,bytes)</c></summary>
    public static readonly Hash32 ItemExecutedTopic = Hash32.Parse("0x9ef8056e5c705611b2dd6ac2aaa2fa03c0799c6928161e2355ab1eb812b6704a");

    /// <summary><c>ProfitPaid(address,uint256)</c></summary>
    public static readonly Hash32 ProfitPaidTopic = Hash32.Parse("0x18b4d88519e317cd323e73f9cb4143659b157408d6c68da2a8e309e0c7155b34");

    /// <param name="minProfits">The least that each token must bring, in its smallest unit.</param>
    /// <param name="deadline">The last block time at which it runs.</param>
    public static byte[] Encode(IEnumerable<LiquidationCall> calls, IReadOnlyList<(Address Token, UInt256 Amount)> minProfits, ulong deadline) =>
        new ExecutorArguments([.. calls.Select(call => (call.Target, call.GasLimit.Value, call.Data))], minProfits, deadline).Encode();

    /// <summary>
    /// The least that each token of the plan must bring: the gas at this price, the data, and the profit asked for, shared among the tokens by
    /// what they are to bring. Each token once, or the executor refuses them: where protocols differ about its price, by the one that asks for most of it.
    /// </summary>
    public static IReadOnlyList<(Address Token, UInt256 Amount)> MinProfits(LiquidationPlan plan, Wei pricePerGas)
    {
        var cost = plan.CoinPrice.ToUsd(pricePerGas * plan.ExpectedGas + plan.DataCost) + plan.MinProfit;
        var reward = plan.Reward;
        return plan.Calls.GroupBy(call => call.Token.Address).Select(group =>
        {
            var share = group.Aggregate(Usd.Zero, (sum, call) => sum + call.Token.ToUsd(call.ExpectedReward));
            var part = reward.Value.Sign <= 0 ? cost : new Usd(Int256.MulDivTrunc(cost.Value, share.Value, reward.Value.Abs));
            return (group.Key, group.Select(call => call.Token).MaxBy(token => token.UnitsPerUsd).FromUsd(part));
        }).ToArray();
    }

    /// <summary>The least that each token must bring, as <see cref="Encode"/> was told.</summary>
    /// <exception cref="AbiException">It is no such call.</exception>
    public static IReadOnlyList<(Address Token, UInt256 Amount)> DecodeMinProfits(ReadOnlySpan<byte> call) =>
        call.Length < 4 || System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(call) != ExecuteSelector
            ? throw new AbiException("It is another call.") : ExecutorArguments.Decode(call).MinProfits;

    /// <summary>
    /// The same call with the least profits in proportion to another price of gas, rounded up. The part of them that pays for no gas
    /// rises with it: what is asked is never too little.
    /// </summary>
    /// <param name="call">As <see cref="Encode"/> made it.</param>
    public static ReadOnlyMemory<byte> WithLeastProfitsRaised(ReadOnlyMemory<byte> call, Wei from, Wei to)
    {
        if (to <= from) return call;
        var arguments = ExecutorArguments.Decode(call.Span);
        return (arguments with { MinProfits = [.. arguments.MinProfits.Select(min => (min.Token, Raised(min.Amount, from, to)))] }).Encode();
    }

    /// <summary>A least profit in proportion to another price of gas; the same for a lower one.</summary>
    public static UInt256 Raised(UInt256 least, Wei from, Wei to) => to <= from ? least : UInt256.MulDivUp(least, to.Value, UInt256.Max(UInt256.One, from.Value));

    /// <summary>What <c>execute</c> returned: one entry an item.</summary>
    /// <exception cref="AbiException">Not what the ABI says.</exception>
    public static IReadOnlyList<ItemResult> DecodeResults(ReadOnlySpan<byte> returned)
    {
        var outer = new AbiReader(returned);
        var array = outer.ReadOffset();
        var count = array.ReadLength(elementSize: 32);
        var elements = array.Rest();
        var results = new ItemResult[count];
        for (var i = 0; i < count; i++)
        {
            var element = elements.ReadOffset();
            var success = element.ReadBool();
            results[i] = new(success, element.ReadOffset().ReadBytes().ToArray());
        }
        return results;
    }

    /// <summary>The items of a mined batch by their index, from its receipt.</summary>
    /// <exception cref="AbiException">A log is not what its event says.</exception>
    public static IReadOnlyDictionary<int, ItemResult> DecodeItems(Receipt receipt, Address executor)
    {
        var items = new Dictionary<int, ItemResult>();
        foreach (var log in receipt.Logs)
        {
            if (log.Address != executor || log.TopicCount != 2 || log.Topic0 != ItemExecutedTopic) continue;
            if (log.Topic1.Word.BitLength > 31) throw new AbiException("An item has an index beyond every batch.");
            var reader = new AbiReader(log.Data.Span);
            var success = reader.ReadBool();
            items[(int)(ulong)log.Topic1.Word] = new(success, reader.ReadOffset().ReadBytes().ToArray());
        }
        return items;
    }

    /// <summary>What reached the treasury, by token.</summary>
    /// <exception cref="AbiException">A log is not what its event says.</exception>
    public static IReadOnlyList<(Address Token, UInt256 Amount)> DecodeProfits(Receipt receipt, Address executor) =>
        receipt.Logs
            .Where(log => log.Address == executor && log.TopicCount == 2 && log.Topic0 == ProfitPaidTopic)
            .Select(log => (AbiReader.ToAddress(log.Topic1.Word), new AbiReader(log.Data.Span).ReadUInt256()))
            .ToArray();

    /// <summary>Names the executor's own refusals; null for anything else.</summary>
    public static string? Refusal(ReadOnlySpan<byte> revertData) => revertData.Length < 4 ? null : System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(revertData) switch
    {
        0x7c214f04 => "NotOperator",
        0xb5dfd9e5 => "Reentered",
        0x28c74f89 => "ExecutorPaused",
        DeadlinePassed => nameof(DeadlinePassed),
        0x0483ac36 => "NoItems",
        0xc4bd7e2e => "NotAllowed",
        0x94403b70 => "TokenNotAllowed",
        0x22ae4494 => "DuplicateToken",
        0x8a8b41ec => "NotAContract",
        0xb22db895 => InsufficientGas,
        MinProfitNotMet => nameof(MinProfitNotMet),
        0x39f1c8d9 => "TransferFailed",
        0xfecb69b4 => "TokenCallFailed",
        _ => null,
    };

    /// <summary><c>DeadlinePassed(uint256)</c></summary>
    public const uint DeadlinePassed = 0xbfb22adf;

    /// <summary><c>MinProfitNotMet(address,int256,uint256)</c></summary>
    public const uint MinProfitNotMet = 0x9639eb4e;

    /// <summary>What <see cref="Refusal"/> says where the gas limit leaves an item less than its own.</summary>
    public const string InsufficientGas = "InsufficientGas";
}
