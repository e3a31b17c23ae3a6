using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

public sealed class TokenMovesTests
{
    private static readonly Address Executor = SenderScene.Executor;
    private static readonly Address Liquidator = ScriptedProtocol.AddressOf(0x11);
    private static readonly Address Treasury = ScriptedProtocol.AddressOf(0x12);
    private static readonly Address Market = ScriptedProtocol.AddressOf(0x13);
    private static readonly Address Pool = ScriptedProtocol.AddressOf(0x14);
    private static readonly Address Debt = ScriptedProtocol.AddressOf(0x15);
    private static readonly Address Collateral = ScriptedProtocol.AddressOf(0x16);

    /// <summary>Debt of 100 repaid from own funds; of the collateral 40 sold for 130, of which 30 reach the treasury.</summary>
    [Fact]
    public void Debt_repaid_from_own_funds_went_out_and_what_was_sold_for_came_in()
    {
        var moved = Of(
            Transfer(Collateral, Market, Liquidator, 40), Transfer(Debt, Liquidator, Market, 100), Transfer(Collateral, Liquidator, Pool, 40), Transfer(Debt, Pool, Liquidator, 130),
            Transfer(Debt, Liquidator, Executor, 30), Transfer(Debt, Executor, Treasury, 30));
        Assert.Equal([(Collateral, 40UL, 40UL), (Debt, (UInt256)130UL, (UInt256)100UL)], moved!);
    }

    [Fact]
    public void Collateral_that_is_held_came_in_and_its_debt_went_out() =>
        Assert.Equal([(Collateral, 40UL, UInt256.Zero), (Debt, UInt256.Zero, (UInt256)100UL)], Of(Transfer(Collateral, Market, Liquidator, 40), Transfer(Debt, Liquidator, Market, 100))!);

    [Fact]
    public void Transfers_of_others_between_ours_and_of_numbered_things_are_none_of_it() => Assert.Empty(Of(
        Transfer(Debt, Market, Pool, 5), Transfer(Debt, Executor, Liquidator, 6), Transfer(Debt, Liquidator, Executor, 7), Transfer(Debt, Market, Liquidator, 8) with { TopicCount = 4 },
        Transfer(Debt, Market, Liquidator, 9) with { Topic0 = ExecutorCall.ProfitPaidTopic })!);

    [Theory]
    [InlineData(TokenMoves.MaxTokens, false)]
    [InlineData(TokenMoves.MaxTokens + 1, true)]
    public void A_receipt_filled_with_tokens_says_nothing(int tokens, bool isNothing) =>
        Assert.Equal(isNothing, Of([.. Enumerable.Range(1, tokens).Select(n => Transfer(ScriptedProtocol.AddressOf(1_000 + (ulong)n), Market, Liquidator, 1))]) is null);

    [Fact]
    public void Malformed_amounts_are_refused_by_type()
    {
        Assert.Throws<AbiException>(() => Of(Transfer(Debt, Market, Liquidator, 1) with { Data = new byte[31] }));
        Assert.Throws<OverflowException>(() => Of(Transfer(Debt, Market, Liquidator, UInt256.MaxValue), Transfer(Debt, Market, Liquidator, 1)));
    }

    internal static Log Transfer(Address token, Address from, Address to, UInt256 amount) =>
        Log(Block(101), token, TokenMoves.TransferTopic, Word(amount), Topic(from)) with { TopicCount = 3, Topic2 = Topic(to) };

    private static Hash32 Topic(Address address) => new(UInt256.Parse(address.ToString()));

    private static IReadOnlyList<(Address Token, UInt256 In, UInt256 Out)>? Of(params Log[] logs) =>
        TokenMoves.Of(new Receipt(default, 101, Block(101).Hash, true, new Gas(1), new Wei(1), null, logs), Executor, new HashSet<Address> { Executor, Liquidator });
}
