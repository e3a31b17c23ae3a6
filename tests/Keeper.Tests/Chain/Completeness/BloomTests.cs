using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Chain.Completeness;

public sealed class BloomTests
{
    private static readonly Address Other = Address.Parse("0x00000000000000000000000000000000000000c1");
    private static readonly Hash32 OtherTopic = new((UInt256)7u);

    [Fact]
    public void The_bloom_of_a_real_blocks_logs_is_the_one_in_its_header()
    {
        var logs = UnichainBlock.Receipts.SelectMany(receipt => receipt.Logs);
        Assert.Equal(UnichainBlock.Header.Logs!.Bloom, Bloom.Of(logs, Keccak.Hash));
        Assert.Equal(UnichainBlock.Bloom, Bloom.Of(logs, Keccak.Hash).ToString());
        Assert.NotEqual(UnichainBlock.Header.Logs!.Bloom, Bloom.Of([], Keccak.Hash));
    }

    [Fact]
    public void A_filter_misses_where_its_contracts_or_its_events_are_absent()
    {
        var bloom = UnichainBlock.Header.Logs!.Bloom;
        Assert.True(MayHold([UnichainBlock.Emitter], [UnichainBlock.Topic]));
        Assert.True(MayHold([Other, UnichainBlock.Emitter], [OtherTopic, UnichainBlock.Topic]));
        Assert.False(MayHold([Other], [UnichainBlock.Topic]));
        Assert.False(MayHold([UnichainBlock.Emitter], [OtherTopic]));
        Assert.False(MayHold([], [UnichainBlock.Topic]));

        bool MayHold(Address[] addresses, Hash32[] topics) => new FilterBloom(new LogFilter(addresses, topics), Keccak.Hash).MayHold(bloom);
    }

    [Fact]
    public void Whatever_was_emitted_is_never_missed()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var log = RandomLog(random);
            var bloom = Bloom.Of(Enumerable.Range(0, random.Next(5)).Select(_ => RandomLog(random)).Append(log), Keccak.Hash);
            Assert.True(new FilterBloom(new LogFilter([log.Address], [log.Topic0]), Keccak.Hash).MayHold(bloom));
        }
    }

    private static Log RandomLog(Random random)
    {
        var bytes = new byte[32 * 5];
        random.NextBytes(bytes);
        Hash32 Word(int i) => new(bytes.AsSpan(32 * i, 32));
        return new Log(new Address(bytes.AsSpan(0, 20)), random.Next(1, 5), Word(1), Word(2), Word(3), Word(4), bytes, 0, default, default, 0);
    }
}
