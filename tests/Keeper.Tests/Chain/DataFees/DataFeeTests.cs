using FsCheck;
using FsCheck.Fluent;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.DataFees;
using Keeper.Core.Primitives;
using static Keeper.Tests.Chain.DataFees.RecordedFees;

namespace Keeper.Tests.Chain.DataFees;

public sealed class DataFeeTests
{
    private static readonly Gas Million = new(1_000_000);

    [Fact]
    public void Where_gas_pays_for_everything_nothing_is_asked_or_added()
    {
        foreach (var model in new[] { FeeModel.Eip1559, FeeModel.Legacy })
        {
            Assert.Empty(FeeModels.Of(model).Reads);
            Assert.Equal(default, FeeModels.Of(model).With([]).Of(100_000, Million));
        }
    }

    [Fact]
    public void The_contracts_are_asked_by_their_own_selectors()
    {
        string[] oracle = ["l1BaseFee()", "blobBaseFee()", "baseFeeScalar()", "blobBaseFeeScalar()", "getOperatorFee(uint256)", "getOperatorFee(uint256)"];
        Assert.Equal(oracle.Select(Keccak.Selector), FeeModels.Of(FeeModel.OpStack).Reads.Select(SelectorOf));
        Assert.Equal([Keccak.Selector("getPricesInWei()")], FeeModels.Of(FeeModel.Arbitrum).Reads.Select(SelectorOf));

        static uint SelectorOf(CallRequest call) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(call.Data.Span);
    }

    [Theory]
    [InlineData(FeeModel.OpStack)]
    [InlineData(FeeModel.Arbitrum)]
    public void Before_the_first_answer_no_transaction_pays(FeeModel model) => Assert.True(FeeModels.Of(model).Of(0, Million).Cost > Wei.FromGwei(1_000_000_000_000_000));

    /// <summary>Those transactions were of the least size, which a transaction with any calldata of ours exceeds.</summary>
    [Fact]
    public void The_op_stacks_fee_is_that_of_real_receipts_grown_with_the_size()
    {
        foreach (var receipt in Receipts)
        {
            var fees = FeeModels.Of(FeeModel.OpStack).With(AnswersOf(receipt));
            var paid = Of(receipt, "l1Fee");
            const int Calldata = 1_000;
            // 160 bytes around it, and what compression may add: 1,160 + 4 + 16; the real ones paid for 100 bytes of estimated size.
            const ulong Size = 836_500UL * 1_180 - 42_585_600;
            var expected = UInt256.MulDivUp(UInt256.MulDivUp(paid, Size, 100_000_000UL), 9UL, 8UL);
            var cost = fees.Of(Calldata, Million);
            Assert.Equal(default, cost.Gas);
            // The receipt's own fee was rounded down before it is multiplied here.
            Assert.InRange((double)cost.Cost.Value / (double)expected, 0.999_999, 1.000_001);
            Assert.True(cost.Cost.Value >= paid);
        }
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(1_000_000, 1_007)]
    [InlineData(3_000_000, 1_021)]
    [InlineData(3_000_001, 1_022)]
    public void The_operators_fee_is_linear_in_gas(ulong gas, ulong operatorsPart) =>
        Assert.Equal(operatorsPart, (ulong)(OpStack().Of(500, new Gas(gas)).Cost.Value - FeeModels.Of(FeeModel.OpStack).With(AnswersOf(Receipts[0])).Of(500, default).Cost.Value));

    [Fact]
    public void Before_the_operators_fee_existed_there_is_none()
    {
        var answers = AnswersOf(Receipts[0]);
        answers[4] = answers[5] = new CallResult.Reverted(ReadOnlyMemory<byte>.Empty);
        Assert.Equal(FeeModels.Of(FeeModel.OpStack).With(AnswersOf(Receipts[0])).Of(500, Million), FeeModels.Of(FeeModel.OpStack).With(answers).Of(500, Million));
    }

    [Fact]
    public void Answers_that_cannot_be_used_leave_what_was_known()
    {
        for (var i = 0; i < 4; i++)
        {
            foreach (var bad in new CallResult[] { new CallResult.Refused("timeout"), new CallResult.Returned(new byte[] { 1 }), Word(UInt256.MaxValue) })
            {
                var answers = AnswersOf(Receipts[1]);
                answers[i] = bad;
                Assert.Equal(OpStack(), OpStack().With(answers));
            }
        }
        Assert.Equal(OpStack(), OpStack().With([]));
        Assert.Equal(Arbitrum(), Arbitrum().With([new CallResult.Refused("timeout")]));
        Assert.Equal(Arbitrum(), Arbitrum().With([Words(1, 1, 1, 1, 1, 0)]));
        Assert.Equal(Arbitrum(), Arbitrum().With([Words(1, 1, 1)]));
    }

    [Fact]
    public void Arbitrum_charges_the_bytes_as_gas_at_the_base_fee_of_its_own()
    {
        // 5.6 gwei a byte, 1,000 bytes and 176 around them, 1 % and 10 % of padding; 0.012 gwei a gas, an eighth less.
        var wei = 5_600_000_000d * 1_176 * 1.01 * 1.1;
        Assert.Equal(new DataFee(Wei.Zero, new Gas((ulong)Math.Ceiling(wei / (12_000_000 * 7 / 8d)))), Arbitrum().Of(1_000, Million));
    }

    [Theory]
    [InlineData("built")]
    [InlineData("recorded")]
    public void Arbitrums_six_words_are_what_the_contracts_source_says(string answer)
    {
        var prices = ArbitrumPrices(answer);
        Assert.Equal(6, prices.Length);
        // A transaction is 140 bytes, storage 20,000 gas, the price in all what is least and what congestion adds.
        Assert.Equal((prices[1] * 140UL, prices[5] * 20_000UL, prices[3] + prices[4]), (prices[0], prices[2], prices[5]));
    }

    [Fact]
    public void What_arbitrum_one_said_is_taken_by_its_second_and_sixth_word()
    {
        var wei = 26_877_712d * 1_176 * 1.01 * 1.1;
        Assert.Equal(new DataFee(Wei.Zero, new Gas((ulong)Math.Ceiling(wei / (20_114_000 * 7 / 8d)))), Arbitrum("recorded").Of(1_000, Million));
    }

    [Fact]
    public void A_price_that_makes_no_sense_is_more_gas_than_any_block_has_and_no_overflow() =>
        Assert.Equal(new Gas(1_000_000_000_000), FeeModels.Of(FeeModel.Arbitrum).With([Words(0, new UInt256(0, ulong.MaxValue >> 1), 0, 0, 0, 1)]).Of(100_000, Million).Gas);

    [Fact]
    public void More_calldata_and_more_gas_never_cost_less() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(ArbMap.Default.ArbFor<(ushort Bytes, ushort More, uint Gas, uint MoreGas)>(), seen =>
        {
            foreach (var model in new[] { OpStack(), Arbitrum(), NoDataFee.Instance })
            {
                var (less, more) = (model.Of(seen.Bytes, new(seen.Gas)), model.Of(seen.Bytes + seen.More, new((ulong)seen.Gas + seen.MoreGas)));
                Assert.True(more.Cost >= less.Cost && more.Gas >= less.Gas);
            }
        }));
}
