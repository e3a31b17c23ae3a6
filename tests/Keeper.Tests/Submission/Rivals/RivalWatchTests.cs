using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Rivals;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission.Rivals;

public sealed class RivalWatchTests
{
    private static readonly Address Stranger = ScriptedProtocol.AddressOf(0x5);
    private static readonly Wei Price = Wei.FromGwei(3);
    private readonly RivalWatch _watch = new();

    [Fact]
    public void It_is_told_once_with_its_price_when_it_is_deep_enough()
    {
        _watch.See(Of("a", 1, Block(101)));
        Learn(1, Block(101));
        Assert.Empty(Due(101, confirmations: 2));
        var told = Assert.Single(Due(102, confirmations: 2));
        Assert.Equal(new("a", 101, Price), (told.Account, told.BlockNumber, told.PricePerGas!.Value));
        Assert.Empty(Due(103, confirmations: 2));
    }

    [Fact]
    public void Several_logs_of_one_transaction_and_account_are_one()
    {
        _watch.See(Of("a", 1, Block(101)));
        _watch.See(Of("a", 1, Block(101)));
        _watch.See(Of("b", 1, Block(101)));
        _watch.See(Of("a", 2, Block(101)));
        Learn(1, Block(101));
        Learn(2, Block(101));
        Assert.Equal(["a", "a", "b"], Due(101).Select(sighting => sighting.Account).Order());
    }

    [Fact]
    public void Without_a_receipt_it_is_told_without_a_price_after_a_few_heads()
    {
        _watch.See(Of("a", 1, Block(101)));
        var asked = 0;
        while (Due(101).Count == 0)
        {
            Assert.Equal([Transaction(1)], _watch.Unread());
            asked++;
        }
        Assert.InRange(asked, 2, 8);
        Assert.Empty(_watch.Unread());
    }

    [Fact]
    public void What_we_liquidated_ourselves_is_never_told_and_its_receipt_not_asked_for()
    {
        _watch.See(Of("a", 1, Block(101)) with { IsOurs = true });
        Assert.Empty(_watch.Unread());
        Assert.Empty(Due(110));
        Assert.True(_watch.Find("a", 100, 101)!.IsOurs);
    }

    [Fact]
    public void A_reorg_takes_it_back_until_another_block_has_it()
    {
        _watch.See(Of("a", 1, Block(101)));
        Learn(1, Block(101));
        _watch.Undo(100);
        Assert.Null(_watch.Find("a", 100, 110));
        Assert.Empty(Due(110));
        var other = Block(102, branch: 1);
        _watch.See(Of("a", 1, other));
        Assert.Null(_watch.Find("a", 100, 110)!.PricePerGas);
        Learn(1, other);
        Assert.Equal(other.Hash, Assert.Single(Due(110)).BlockHash);
    }

    [Fact]
    public void What_was_told_before_a_reorg_is_not_told_again_after_it()
    {
        _watch.See(Of("a", 1, Block(101)));
        Learn(1, Block(101));
        Assert.Single(Due(101));
        _watch.Undo(100);
        _watch.See(Of("a", 1, Block(102, branch: 1)));
        Learn(1, Block(102, branch: 1));
        Assert.Empty(Due(110));
    }

    [Fact]
    public void A_reorg_above_its_block_changes_nothing()
    {
        _watch.See(Of("a", 1, Block(101)));
        _watch.Undo(101);
        Assert.NotNull(_watch.Find("a", 100, 101));
    }

    /// <summary>A mirror that was built anew has not told of the blocks between.</summary>
    [Fact]
    public void A_receipt_tells_of_the_block_that_no_event_told_of()
    {
        _watch.See(Of("a", 1, Block(101)));
        _watch.Undo(0);
        Assert.Equal([Transaction(1)], _watch.Unread());
        Learn(1, Block(102, branch: 1));
        Assert.Equal(102UL, Assert.Single(Due(102)).BlockNumber);
    }

    [Theory]
    [InlineData(100, 101, true)]
    [InlineData(101, 102, false)]
    [InlineData(99, 100, false)]
    public void It_is_found_between_the_decision_and_the_receipt_only(ulong after, ulong upTo, bool isFound)
    {
        _watch.See(Of("a", 1, Block(101)));
        Assert.Equal(isFound, _watch.Find("a", after, upTo) is not null);
        Assert.Null(_watch.Find("b", after, upTo));
    }

    [Fact]
    public void Somebody_else_is_found_before_ourselves()
    {
        _watch.See(Of("a", 1, Block(101)));
        _watch.See(Of("a", 2, Block(102)) with { IsOurs = true });
        Assert.False(_watch.Find("a", 100, 102)!.IsOurs);
    }

    [Fact]
    public void What_is_final_and_told_is_forgotten_and_a_flood_pushes_out_the_oldest()
    {
        _watch.See(Of("a", 1, Block(101)));
        _watch.See(Of("b", 2, Block(101)));
        _watch.See(Of("c", 3, Block(101)) with { IsOurs = true });
        Learn(1, Block(101));
        Assert.Equal("a", Assert.Single(_watch.Due(165, 1, 64)).Account);
        Assert.NotNull(_watch.Find("a", 100, 200));
        _watch.Due(166, 1, 64);
        Assert.Null(_watch.Find("a", 100, 200));
        Assert.Null(_watch.Find("c", 100, 200));
        // Seen when it was old already: its receipt is still to be read.
        Assert.NotNull(_watch.Find("b", 100, 200));

        for (ulong i = 0; i < 20_000; i++) _watch.See(Of($"dust {i}", i, Block(101)));
        Assert.Null(_watch.Find("dust 0", 100, 200));
        Assert.NotNull(_watch.Find("dust 19999", 100, 200));
        Assert.Equal(64, _watch.Unread().Count);
    }

    private static Hash32 Transaction(ulong number) => new((UInt256)(0x7000 + number));

    private static Sighting Of(string account, ulong transaction, BlockRef block) =>
        new(account, Stranger, Transaction(transaction), block.Number, block.Hash, IsOurs: false, Offer: null, (Doing.NotSeen, "healthy"));

    private void Learn(ulong transaction, BlockRef block) => _watch.Learn(
        new[] { new Receipt(Transaction(transaction), block.Number, block.Hash, true, new Gas(1), Price, null, []) }.ToLookup(receipt => receipt.TransactionHash));

    private IReadOnlyList<Sighting> Due(ulong head, ulong confirmations = 1) => _watch.Due(head, confirmations, finality: 64);
}
