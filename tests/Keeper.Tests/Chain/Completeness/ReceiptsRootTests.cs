using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Rlp;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Chain.Completeness;

public sealed class ReceiptsRootTests
{
    private static readonly LogCheck Wanted = new(new LogQuery([UnichainBlock.Emitter], [UnichainBlock.Topic]));

    [Fact]
    public void A_trie_of_nothing_has_the_root_that_empty_blocks_have() =>
        Assert.Equal("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421", OrderedTrie.Root([], Keccak.Hash).ToString());

    /// <summary>By hand: one leaf, whose path is the two nibbles of the key 0x80 behind the flag of an even leaf.</summary>
    [Fact]
    public void A_trie_of_one_value_is_the_hash_of_its_leaf()
    {
        byte[] leaf = [0xc8, 0x82, 0x20, 0x80, 0x84, 1, 2, 3, 4];
        Assert.Equal(Keccak.Hash(leaf), OrderedTrie.Root([[1, 2, 3, 4]], Keccak.Hash));
    }

    /// <summary>By hand: the keys 0x80 and 0x01 part at their first nibble, and each leaf is left with the second; both are shorter than a hash.</summary>
    [Fact]
    public void A_short_node_stands_in_its_parent_itself()
    {
        byte[] first = [0xc3, 0x30, 0x81, 0xaa], second = [0xc3, 0x31, 0x81, 0xbb];
        var branch = new RlpWriter();
        for (var place = 0; place <= 16; place++) branch.Raw(place == 0 ? second : place == 8 ? first : [0x80]);
        Assert.Equal(Keccak.Hash(branch.ToList()), OrderedTrie.Root([[0xaa], [0xbb]], Keccak.Hash));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    [InlineData(6, 4)]
    public void Receipts_of_a_real_block_hash_to_its_root_with_every_transaction_more(int count, int root) =>
        Assert.Equal(UnichainBlock.Roots[root], RootOf([.. UnichainBlock.Receipts.Take(count)]).ToString());

    [Fact]
    public void The_logs_of_a_real_block_are_taken_from_its_receipts_with_their_place()
    {
        var logs = ReceiptsProof.LogsOf(UnichainBlock.Header, UnichainBlock.Receipts, Wanted.Wants, Keccak.Hash)!;
        Assert.Equal([0x29ac5cu, 0x29ac5du, 0x29ac5eu, 0x29ac5fu], logs.Select(log => (uint)(ulong)new Hash32(log.Data.Span).Word));
        Assert.Equal([0u, 1u, 2u, 3u], logs.Select(log => log.LogIndex));
        Assert.All(logs, log => Assert.Equal((UnichainBlock.Header.Ref.Number, UnichainBlock.Header.Ref.Hash), (log.BlockNumber, log.BlockHash)));
    }

    [Fact]
    public void Logs_of_other_contracts_and_events_are_left_out_and_keep_their_place()
    {
        var clone = Address.Parse("0x00000000000000000000000000000000000000c1");
        List<BlockReceipt> receipts = [.. UnichainBlock.Receipts];
        var log = receipts[2].Logs[0];
        receipts[2] = receipts[2] with { Logs = [log with { Address = clone }, log with { Topic0 = default }, log with { TopicCount = 0 }, log] };
        var header = UnichainBlock.Header with { Logs = UnichainBlock.Header.Logs! with { ReceiptsRoot = RootOf(receipts) } };
        Assert.Equal([3u, 4u, 5u, 6u], ReceiptsProof.LogsOf(header, receipts, Wanted.Wants, Keccak.Hash)!.Select(told => told.LogIndex));
    }

    public static TheoryData<string, Func<List<BlockReceipt>, List<BlockReceipt>>> Lies => new()
    {
        { "a log left out", receipts => With(receipts, 3, receipt => receipt with { Logs = [] }) },
        { "a log too many", receipts => With(receipts, 1, receipt => receipt with { Logs = receipts[2].Logs }) },
        { "another amount", receipts => With(receipts, 4, receipt => receipt with { Logs = [receipt.Logs[0] with { Data = new byte[32] }] }) },
        { "another contract", receipts => With(receipts, 4, receipt => receipt with { Logs = [receipt.Logs[0] with { Address = default }] }) },
        { "another topic", receipts => With(receipts, 4, receipt => receipt with { Logs = [receipt.Logs[0] with { Topic0 = default }] }) },
        { "a topic too many", receipts => With(receipts, 4, receipt => receipt with { Logs = [receipt.Logs[0] with { TopicCount = 2 }] }) },
        { "another order", receipts => [receipts[1], receipts[0], .. receipts[2..]] },
        { "a receipt left out", receipts => receipts[..5] },
        { "no receipts", _ => [] },
        { "a failure", receipts => With(receipts, 5, receipt => receipt with { Succeeded = false }) },
        { "other gas", receipts => With(receipts, 5, receipt => receipt with { CumulativeGasUsed = 1 }) },
        { "another type", receipts => With(receipts, 5, receipt => receipt with { Type = 0 }) },
        { "another deposit", receipts => With(receipts, 0, receipt => receipt with { DepositNonce = 1 }) },
        { "a deposit without its version", receipts => With(receipts, 0, receipt => receipt with { DepositVersion = null }) },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void Receipts_that_say_anything_else_prove_nothing(string lie, Func<List<BlockReceipt>, List<BlockReceipt>> tell)
    {
        Assert.NotEmpty(lie);
        Assert.Null(ReceiptsProof.LogsOf(UnichainBlock.Header, tell([.. UnichainBlock.Receipts]), Wanted.Wants, Keccak.Hash));
    }

    private static Hash32 RootOf(IReadOnlyList<BlockReceipt> receipts) => OrderedTrie.Root([.. receipts.Select(receipt => ReceiptEncoding.Encode(receipt, Keccak.Hash))], Keccak.Hash);

    private static List<BlockReceipt> With(List<BlockReceipt> receipts, int index, Func<BlockReceipt, BlockReceipt> change) => [.. receipts.Select((receipt, i) => i == index ? change(receipt) : receipt)];
}
