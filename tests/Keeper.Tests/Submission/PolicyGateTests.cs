using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Policy;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>Both sides of every rule, and calldata with every byte changed.</summary>
public sealed class PolicyGateTests
{
    private const ulong Now = 1_000;
    private static readonly Address Key = ScriptedProtocol.AddressOf(0x0b);
    private static readonly Address Venue = ScriptedProtocol.AddressOf(0x1e4d);
    private static readonly Fees Bid = new(Wei.FromGwei(100), Wei.FromGwei(1));
    private static readonly SubmissionOptions Options = new()
    {
        // 1,000,000 gas at 100 gwei are a tenth of a coin.
        HardFeeCap = Wei.FromGwei(100), MaxTransactionCost = Coins(100_000_000), MaxCostPerHour = Coins(300_000_000), BalanceSharePpm = 500_000,
    };

    private static readonly PolicyLimits Limits = new(
        31337, SenderScene.Executor, Key, new HashSet<(Address, uint)> { (Venue, 0x01020304) }, [Dollar.Address], Now, Now + 288, 140, new(108, new HashSet<Address> { SenderScene.Executor, Venue }), new Gas(1_000_000), Options);

    private static readonly PolicySpending Free = new(Wei.Zero, Wei.Zero, Wei.Zero, Wei.Zero, Wei.Zero, Coins(200_000_000));
    private static readonly TransactionFields Good = Call(Data());
    private static readonly TransactionFields Cancel = Good with { To = Key, Data = ReadOnlyMemory<byte>.Empty, GasLimit = new(21_000) };

    public static TheoryData<string, PolicyRule?> Cases => new()
    {
        { "good", null }, { "cancel", null },
        { "chain", PolicyRule.Chain }, { "foreign target", PolicyRule.Target }, { "creation", PolicyRule.Target }, { "the key without a cancel", PolicyRule.Target },
        { "cancel to the executor", PolicyRule.Target }, { "value", PolicyRule.Value }, { "cancel with value", PolicyRule.Value }, { "nonce", PolicyRule.Nonce },
        { "gas beyond the cap", PolicyRule.GasLimit }, { "gas beyond the plan", PolicyRule.GasLimit }, { "most gas of a cancel", null }, { "more gas for a cancel", PolicyRule.GasLimit },
        { "fee cap", PolicyRule.FeeCap }, { "no fee, on a chain that asks for none", null }, { "highest tip", null }, { "tip", PolicyRule.Tip },
        { "other data than planned", PolicyRule.Plan }, { "cancel with data", PolicyRule.Plan }, { "selector", PolicyRule.Selector }, { "three bytes", PolicyRule.Selector },
        { "cut", PolicyRule.Calldata }, { "trailing", PolicyRule.Calldata }, { "no items", PolicyRule.ItemCount }, { "most items", null }, { "too many items", PolicyRule.ItemCount },
        { "item target", PolicyRule.Call }, { "item selector", PolicyRule.Call }, { "item without selector", PolicyRule.Call },
        { "most item gas", null }, { "item gas", PolicyRule.ItemGas }, { "token", PolicyRule.Token }, { "no token", PolicyRule.Token }, { "token twice", PolicyRule.Token },
        { "deadline now", PolicyRule.Deadline }, { "first deadline", null }, { "last deadline", null }, { "far deadline", PolicyRule.Deadline },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_rule_refuses_its_own_case_and_nothing_on_its_good_side(string name, PolicyRule? expected) => Assert.Equal(expected, Judge(name));

    internal static PolicyRule? Judge(string name)
    {
        var fields = FieldsOf(name);
        var isCancel = name.Contains("cancel", StringComparison.Ordinal) && name != "the key without a cancel";
        var data = name == "other data than planned" ? Good.Data : fields.Data;
        return PolicyGate.Judge(fields, new(5, data, Good.GasLimit, isCancel), Limits, Free);
    }

    internal static TransactionFields FieldsOf(string name)
    {
        return name switch
        {
            "good" => Good,
            "cancel" => Cancel,
            "chain" => Good with { ChainId = 1 },
            "foreign target" => Good with { To = Venue },
            "creation" => Good with { To = null },
            "the key without a cancel" => Good with { To = Key },
            "cancel to the executor" => Cancel with { To = SenderScene.Executor },
            "value" => Good with { Value = new(1) },
            "cancel with value" => Cancel with { Value = new(1) },
            "nonce" => Good with { Nonce = 6 },
            "gas beyond the cap" => Good with { GasLimit = new(1_000_001) },
            "gas beyond the plan" => Good with { GasLimit = new(999_999) },
            "most gas of a cancel" => Cancel with { GasLimit = new(500_000) },
            "more gas for a cancel" => Cancel with { GasLimit = new(500_001) },
            "fee cap" => Good with { Fees = Bid with { MaxFeePerGas = Wei.FromGwei(100) + new Wei(1) } },
            "no fee, on a chain that asks for none" => Good with { Fees = default },
            "highest tip" => Good with { Fees = new(Wei.FromGwei(100), Wei.FromGwei(100)) },
            "tip" => Good with { Fees = new(Wei.FromGwei(99), Wei.FromGwei(100)) },
            "other data than planned" => Good with { Data = Data(deadline: Now + 2) },
            "cancel with data" => Cancel with { Data = new byte[] { 1 } },
            "selector" => Call([0xde, 0xad, 0xbe, 0xef, .. Data().AsSpan(4)]),
            "three bytes" => Call(Data()[..3]),
            "cut" => Call(Data()[..^1]),
            "trailing" => Call([.. Data(), 0]),
            "no items" => Call(Data(items: 0)),
            "most items" => Call(Data(items: PolicyGate.MaxItems)),
            "too many items" => Call(Data(items: PolicyGate.MaxItems + 1)),
            "item target" => Call(Data(target: SenderScene.Executor)),
            "item selector" => Call(Data(call: [1, 2, 3, 5])),
            "item without selector" => Call(Data(call: [1, 2, 3])),
            "most item gas" => Call(Data(itemGas: 1_000_000)),
            "item gas" => Call(Data(itemGas: 1_000_001)),
            "token" => Call(Data(tokens: [Venue])),
            "no token" => Call(Data(tokens: [])),
            "token twice" => Call(Data(tokens: [Dollar.Address, Dollar.Address])),
            "deadline now" => Call(Data(deadline: Now)),
            "first deadline" => Call(Data(deadline: Now + 1)),
            "last deadline" => Call(Data(deadline: Now + 288)),
            _ => Call(Data(deadline: Now + 289)),
        };
    }

    [Theory]
    [InlineData(108UL, true, true, null)]
    [InlineData(107UL, true, true, PolicyRule.CodeHash)]
    [InlineData(141UL, true, true, null)]
    [InlineData(108UL, false, true, PolicyRule.CodeHash)]
    [InlineData(108UL, true, false, PolicyRule.CodeHash)]
    public void Code_of_executor_and_targets_must_be_proven_and_not_long_ago(ulong readAt, bool executor, bool target, PolicyRule? expected)
    {
        var proven = new HashSet<Address>();
        if (executor) proven.Add(SenderScene.Executor);
        if (target) proven.Add(Venue);
        var limits = Limits with { Code = new(readAt, proven) };
        Assert.Equal(expected, PolicyGate.Judge(Good, new(5, Good.Data, Good.GasLimit, false), limits, Free));
        // A cancel calls no code: what is in flight can be ended whatever became of it.
        Assert.Null(PolicyGate.Judge(Cancel, new(5, Cancel.Data, Cancel.GasLimit, true), limits, Free));
    }

    [Fact]
    public void A_target_that_deals_with_several_protocols_is_called_for_those_that_it_is_allowed_for_and_whose_code_is_proven()
    {
        var (lend, other) = (ScriptedProtocol.AddressOf(0xaa), ScriptedProtocol.AddressOf(0xbb));
        var limits = Limits with
        {
            Venues = new Dictionary<(Address, uint), IReadOnlySet<Address>> { [(Venue, 0x01020304)] = new HashSet<Address> { lend } },
            Code = Limits.Code with { Addresses = new HashSet<Address> { SenderScene.Executor, Venue, lend } },
        };
        Assert.Null(Judge(new AbiWriter().Word(lend).Word(7).ToCall(0x01020304), limits));
        Assert.Equal(PolicyRule.Call, Judge(new AbiWriter().Word(other).ToCall(0x01020304), limits));
        Assert.Equal(PolicyRule.Call, Judge([1, 2, 3, 4], limits));
        Assert.Equal(PolicyRule.Call, Judge(new AbiWriter().Word(UInt256.MaxValue).ToCall(0x01020304), limits));
        Assert.Equal(PolicyRule.CodeHash, Judge(new AbiWriter().Word(lend).ToCall(0x01020304), limits with { Code = Limits.Code }));

        static PolicyRule? Judge(byte[] call, PolicyLimits limits)
        {
            var fields = Call(Data(call: call));
            return PolicyGate.Judge(fields, new(5, fields.Data, fields.GasLimit, false), limits, Free);
        }
    }

    /// <summary>Whatever was proven whenever: what passes calls nothing else.</summary>
    [Fact]
    public void Nothing_passes_that_calls_unproven_code() => Assert.All(Enumerable.Range(0, 500), seed =>
    {
        var random = new Random(seed);
        var contracts = Enumerable.Range(0, 4).Select(i => ScriptedProtocol.AddressOf((ulong)i + 0xc0)).ToArray();
        var proven = contracts.Append(SenderScene.Executor).Where(_ => random.Next(4) != 0).ToHashSet();
        var limits = Limits with
        {
            Calls = contracts.Select(contract => (contract, 0x01020304u)).ToHashSet(), BlockNumber = (ulong)random.Next(200), Code = new((ulong)random.Next(200), proven),
        };
        var targets = Enumerable.Range(0, random.Next(1, 4)).Select(_ => contracts[random.Next(contracts.Length)]).ToArray();
        var data = ExecutorCall.Encode(
            targets.Select(target => new LiquidationCall(target, new byte[] { 1, 2, 3, 4 }, new Gas(300_000), new Gas(1), Dollar, UInt256.Zero, "close")), [(Dollar.Address, (UInt256)5u)], Now + 1);
        var isProven = targets.Append(SenderScene.Executor).All(proven.Contains) && limits.BlockNumber <= limits.Code.BlockNumber + PolicyGate.MaxCodeAge;
        Assert.Equal(isProven ? null : PolicyRule.CodeHash, PolicyGate.Judge(Call(data), new(5, data, Good.GasLimit, false), limits, Free));
    });

    /// <summary>In billionths of a coin. The transaction costs 100,000,000 of them.</summary>
    [Theory]
    [InlineData(100_000_000, 0, 0, 0, 200_000_000L, null)]
    [InlineData(99_999_999, 0, 0, 0, 200_000_000L, PolicyRule.TransactionCost)]
    [InlineData(100_000_000, 100_000_000, 100_000_000, 0, 400_000_000L, null)]
    [InlineData(100_000_000, 100_000_001, 100_000_000, 0, 400_000_000L, PolicyRule.HourlyCost)]
    [InlineData(100_000_000, 100_000_000, 100_000_001, 0, 400_000_000L, PolicyRule.HourlyCost)]
    [InlineData(100_000_000, 0, 0, 0, 199_999_999L, PolicyRule.BalanceShare)]
    [InlineData(100_000_000, 0, 100_000_000, 0, 399_999_999L, PolicyRule.BalanceShare)]
    [InlineData(100_000_000, 0, 0, 0, -1L, PolicyRule.BalanceShare)]
    [InlineData(100_000_000, 900_000_000, 100_000_000, 100_000_000, -1L, null)]
    [InlineData(100_000_000, 900_000_000, 100_000_000, 99_999_999, 900_000_000L, PolicyRule.HourlyCost)]
    public void The_budgets_hold_to_the_unit_and_let_what_is_in_flight_be_finished(ulong most, ulong spent, ulong open, ulong slot, long balance, PolicyRule? expected)
    {
        var limits = Limits with { Options = Options with { MaxTransactionCost = Coins(most) } };
        var spending = new PolicySpending(Coins(spent), Wei.Zero, Coins(open), Coins(open), Coins(slot), balance < 0 ? null : Coins((ulong)balance));
        Assert.Equal(expected, PolicyGate.Judge(Good, new(5, Good.Data, Good.GasLimit, false), limits, spending));
    }

    /// <summary>In billionths of a coin; 0 is no bound. The transaction costs 100,000,000 of them.</summary>
    [Theory]
    [InlineData(400_000_000, 300_000_000, 0, 0, null)]
    [InlineData(400_000_000, 300_000_001, 0, 0, PolicyRule.KeyCost)]
    [InlineData(400_000_000, 200_000_000, 100_000_000, 0, null)]
    [InlineData(400_000_000, 200_000_000, 100_000_001, 0, PolicyRule.KeyCost)]
    [InlineData(400_000_000, 900_000_000, 100_000_000, 100_000_000, null)]
    [InlineData(400_000_000, 900_000_000, 100_000_000, 99_999_999, PolicyRule.KeyCost)]
    [InlineData(0, 900_000_000, 100_000_000, 0, null)]
    public void The_life_of_a_key_has_its_own_bound(ulong most, ulong spentEver, ulong open, ulong slot, PolicyRule? expected)
    {
        var limits = Limits with { Options = Options with { MaxCostPerKey = most == 0 ? null : Coins(most) } };
        var spending = new PolicySpending(Wei.Zero, Coins(spentEver), Coins(open), Wei.Zero, Coins(slot), Coins(400_000_000));
        Assert.Equal(expected, PolicyGate.Judge(Good, new(5, Good.Data, Good.GasLimit, false), limits, spending));
    }

    [Fact]
    public void Every_changed_byte_is_refused_where_the_plan_is_another() => ForEachChange(data =>
        Assert.NotNull(PolicyGate.Judge(Call(data), new(5, Good.Data, Good.GasLimit, false), Limits, Free)));

    /// <summary>Even where the plan itself was forged, what passes calls only what is listed, and is the one encoding of its meaning.</summary>
    [Fact]
    public void Whatever_passes_means_something_that_is_allowed()
    {
        var passed = 0;
        ForEachChange(data =>
        {
            if (PolicyGate.Judge(Call(data), new(5, data, Good.GasLimit, false), Limits, Free) is not null) return;
            passed++;
            var read = ExecutorArguments.Decode(data);
            Assert.All(read.Items, item => Assert.Equal((Venue, "0x01020304"), (item.Target, Hex.Encode(item.Data.Span[..4]))));
            Assert.All(read.MinProfits, min => Assert.Equal(Dollar.Address, min.Token));
            Assert.InRange(read.Deadline, Now + 1, Now + 288);
        });
        // Amounts and arguments are the plan's to choose: were nothing to pass, nothing was checked.
        Assert.NotEqual(0, passed);
    }

    [Fact]
    public void Random_bytes_are_refused_and_never_thrown_at() => Assert.All(Enumerable.Range(0, 2_000), seed =>
    {
        var random = new Random(seed);
        var data = Data(items: 2);
        for (var i = random.Next(1, 40); i > 0; i--) data[random.Next(4, data.Length)] = (byte)(random.Next(2) == 0 ? 0xff : random.Next(256));
        var cut = data[..random.Next(data.Length + 1)];
        Assert.NotNull(PolicyGate.Judge(Call(cut), new(5, Good.Data, Good.GasLimit, false), Limits, Free));
        _ = PolicyGate.Judge(Call(cut), new(5, cut, Good.GasLimit, false), Limits, Free);
    });

    [Fact]
    public void A_signers_answer_of_another_transaction_or_sender_is_refused()
    {
        var answer = new SignedTransaction(default, new byte[] { 1 }, Key, Good with { Data = Good.Data.ToArray() });
        Assert.Null(PolicyGate.JudgeAnswer(Good, Key, answer));
        SignedTransaction[] wrong =
        [
            answer with { Sender = Venue }, answer with { Raw = default }, answer with { Fields = Good with { Nonce = 6 } }, answer with { Fields = Good with { To = Venue } },
            answer with { Fields = Good with { Data = Data(deadline: Now + 2) } }, answer with { Fields = Good with { Fees = Bid with { MaxPriorityFeePerGas = Wei.Zero } } },
        ];
        Assert.All(wrong, other => Assert.Equal(PolicyRule.SignerAnswer, PolicyGate.JudgeAnswer(Good, Key, other)));
    }

    [Fact]
    public void What_was_settled_counts_for_an_hour_and_once_a_nonce()
    {
        var budget = new GasBudget();
        budget.Settle(1, 5_000, new(7));
        budget.Settle(1, 5_000, new(8));
        budget.Settle(2, 5_001, new(1));
        Assert.Equal(new Wei(9), budget.SpentAt(8_599));
        Assert.Equal(new Wei(1), budget.SpentAt(8_600));
        Assert.Equal(Wei.Zero, budget.SpentAt(8_601));
    }

    private static void ForEachChange(Action<byte[]> judge)
    {
        var random = new Random(7);
        for (var i = 0; i < Good.Data.Length; i++)
        {
            foreach (var change in new byte[] { 1, 0x80, 0xff, (byte)random.Next(1, 256) })
            {
                var data = Good.Data.ToArray();
                data[i] ^= change;
                judge(data);
            }
        }
    }

    private static TransactionFields Call(byte[] data) => new(31337, 5, SenderScene.Executor, Wei.Zero, data, new(1_000_000), Bid);

    private static byte[] Data(int items = 1, Address? target = null, byte[]? call = null, ulong itemGas = 300_000, Address[]? tokens = null, ulong deadline = Now + 1) =>
        ExecutorCall.Encode(
            Enumerable.Repeat(new LiquidationCall(target ?? Venue, call ?? [1, 2, 3, 4, 5], new Gas(itemGas), new Gas(1), Dollar, UInt256.Zero, "close"), items),
            (tokens ?? [Dollar.Address]).Select(token => (token, (UInt256)5u)).ToArray(), deadline);

    private static Wei Coins(ulong billionths) => Wei.FromGwei(billionths);
}
