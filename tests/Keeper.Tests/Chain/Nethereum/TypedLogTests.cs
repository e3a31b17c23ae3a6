using System.Numerics;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Nethereum.Contracts;
using Keeper.Chain.Nethereum.Contracts.Executor;
using Keeper.Chain.Nethereum.Contracts.Feeds;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Protocols.Oracles;
using Keeper.Protocols.RefPerps;
using Keeper.Tests.Protocols.RefPerps;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keeper.Tests.Chain.Nethereum;

/// <summary>Events as typed objects, beside what the keeper reads by hand.</summary>
public sealed class TypedLogTests
{
    private static readonly Hash32 Transmitted = Keccak.Topic("NewTransmission(uint32,int192,address,uint32,int192[],bytes,int192,bytes32,uint40)");

    [Fact]
    public void An_answer_reads_as_the_adapter_reads_it()
    {
        var random = new Random(101);
        for (var i = 0; i < 200; i++)
        {
            var log = LogOf(new AbiWriter().Word(Word(random)).ToArray(), OracleTopics.AnswerUpdated, new Hash32(Word(random)), new Hash32(Word(random)));
            var (expected, read) = (AnswerUpdated.Decode(log), TypedLogs.Decode<AnswerUpdatedEvent>(log));
            Assert.Equal(((BigInteger)expected.Answer, (BigInteger)expected.Round, (BigInteger)expected.UpdatedAt), (read.Current, read.RoundId, read.UpdatedAt));
        }
    }

    [Fact]
    public void A_round_and_a_transmission_are_read_in_full()
    {
        var random = new Random(102);
        for (var i = 0; i < 50; i++)
        {
            var (who, round, time) = (RandomTransactions.Address(random), Word(random), Word(random));
            var started = TypedLogs.Decode<NewRoundEvent>(LogOf(new AbiWriter().Word(time).ToArray(), Keccak.Topic("NewRound(uint256,address,uint256)"), new Hash32(round), new Hash32(new AbiReader(new AbiWriter().Word(who).ToArray()).ReadUInt256())));
            Assert.Equal(((BigInteger)round, who, (BigInteger)time), (started.RoundId, Address.Parse(started.StartedBy), started.StartedAt));

            Int256[] observations = [.. Enumerable.Range(0, random.Next(5)).Select(_ => (Int256)random.NextInt64(long.MinValue, long.MaxValue))];
            var answer = (Int256)random.NextInt64(long.MinValue, long.MaxValue);
            var sent = TypedLogs.Decode<NewTransmissionEvent>(LogOf(Transmission(answer, who, observations), Transmitted, new Hash32((UInt256)7u)));
            Assert.Equal(((BigInteger)7, (BigInteger)answer, who, (BigInteger)12), (sent.AggregatorRoundId, sent.Answer, Address.Parse(sent.Transmitter), sent.EpochAndRound));
            Assert.Equal(observations.Select(value => (BigInteger)value), sent.Observations);
            Assert.Equal(("0x0102", Hex.Encode(new byte[32])), (Hex.Encode(sent.Observers), Hex.Encode(sent.ConfigDigest)));
        }
    }

    [Fact]
    public void A_log_that_is_not_the_event_to_the_last_byte_is_refused()
    {
        var data = new AbiWriter().Word(5UL).ToArray();
        var good = LogOf(data, OracleTopics.AnswerUpdated, default, default);
        TypedLogs.Decode<AnswerUpdatedEvent>(good);
        Log[] bad =
        [
            good with { TopicCount = 2 }, good with { TopicCount = 4 }, good with { TopicCount = 0 }, good with { Topic0 = Topics.PausedSet },
            good with { Data = default }, good with { Data = data.AsMemory(0, 31) }, good with { Data = new byte[64] },
        ];
        Assert.All(bad, log => Assert.Throws<AbiException>(() => TypedLogs.Decode<AnswerUpdatedEvent>(log)));
        var transmission = Transmission(Int256.One, Address.Zero, [Int256.One]);
        TypedLogs.Decode<NewTransmissionEvent>(LogOf(transmission, Transmitted, default));
        for (var length = 0; length < transmission.Length - 30; length += 13) Assert.Throws<AbiException>(() => TypedLogs.Decode<NewTransmissionEvent>(LogOf(transmission.AsSpan(0, length).ToArray(), Transmitted, default)));
        // Beyond 192 bits, beyond 160, beyond 32.
        Assert.Throws<AbiException>(() => TypedLogs.Decode<NewTransmissionEvent>(LogOf(Transmission(Int256.MaxValue, Address.Zero, []), Transmitted, default)));
        Assert.Throws<AbiException>(() => TypedLogs.Decode<NewTransmissionEvent>(LogOf(transmission, Transmitted, new Hash32(UInt256.MaxValue))));
        Assert.Throws<AbiException>(() => TypedLogs.Decode<NewRoundEvent>(LogOf(data, Keccak.Topic("NewRound(uint256,address,uint256)"), default, new Hash32(UInt256.MaxValue))));
    }

    [Fact]
    public void The_filter_of_prices_is_the_one_that_the_adapter_asks_for()
    {
        var scene = Scene.Simple();
        var hints = scene.Protocol.Hints;
        Assert.False(hints.IsEmpty);
        Assert.True(TypedLogs.FilterOf<AnswerUpdatedEvent>(hints.Any.Addresses).SameAs(hints));
        Assert.False(TypedLogs.FilterOf<NewRoundEvent>(hints.Any.Addresses).SameAs(hints));
        Assert.Equal([Transmitted], TypedLogs.FilterOf<NewTransmissionEvent>(hints.Any.Addresses).Any.Topics);
    }

    [Fact]
    public void Items_and_profits_of_a_batch_read_as_the_sender_reads_them()
    {
        var (executor, token) = (Address.Parse("0x00000000000000000000000000000000000000ee"), Address.Parse("0x00000000000000000000000000000000000000aa"));
        var item = LogOf(new AbiWriter().Word(true).Bytes([9, 8, 7]).ToArray(), ExecutorCall.ItemExecutedTopic, new Hash32((UInt256)3u)) with { Address = executor };
        var profit = LogOf(new AbiWriter().Word(77UL).ToArray(), ExecutorCall.ProfitPaidTopic, new Hash32(UInt256.Parse(token.ToString()))) with { Address = executor };
        var receipt = new Receipt(default, 1, default, true, new Gas(1), Wei.Zero, null, [item, profit]);

        var (read, paid) = (TypedLogs.Decode<ItemExecutedEvent>(item), TypedLogs.Decode<ProfitPaidEvent>(profit));
        var (index, expected) = Assert.Single(ExecutorCall.DecodeItems(receipt, executor));
        Assert.Equal((index, expected.Succeeded, Hex.Encode(expected.Data.Span)), ((int)read.Index, read.Success, Hex.Encode(read.Result)));
        var (toToken, amount) = Assert.Single(ExecutorCall.DecodeProfits(receipt, executor));
        Assert.Equal((toToken, (BigInteger)amount), (Address.Parse(paid.Token), paid.Amount));
    }

    public static TheoryData<Type, string> Signatures => new()
    {
        { typeof(OperatorSetEvent), "OperatorSet(address)" }, { typeof(TargetAllowedEvent), "TargetAllowed(address,bytes4,bool)" },
        { typeof(TokenAllowedEvent), "TokenAllowed(address,bool)" }, { typeof(PausedSetEvent), "PausedSet(bool)" },
        { typeof(OwnershipTransferStartedEvent), "OwnershipTransferStarted(address,address)" }, { typeof(OwnershipTransferredEvent), "OwnershipTransferred(address,address)" },
    };

    [Theory]
    [MemberData(nameof(Signatures))]
    public void The_owners_events_have_the_topics_of_their_signatures(Type type, string signature) =>
        Assert.Equal(Keccak.Topic(signature).ToString()[2..], global::Nethereum.Contracts.ABITypedRegistry.GetEvent(type).Sha3Signature.Replace("0x", "", StringComparison.Ordinal));

    private static byte[] Transmission(Int256 answer, Address transmitter, IReadOnlyList<Int256> observations) => new AbiWriter()
        .Word(answer).Word(transmitter).Word(11UL)
        .StaticArray(observations, (array, value) => array.Word(value))
        .Bytes([1, 2]).Word(Int256.MinusOne).Word(default(Hash32)).Word(12UL).ToArray();

    private static Log LogOf(byte[] data, params Hash32[] topics) => new(
        Address.Zero, topics.Length, topics[0], topics.ElementAtOrDefault(1), topics.ElementAtOrDefault(2), topics.ElementAtOrDefault(3), data, 1, default, default, 0);

    private static UInt256 Word(Random random)
    {
        var bytes = new byte[32];
        random.NextBytes(bytes.AsSpan(random.Next(32)));
        return UInt256.ReadBigEndian(bytes);
    }
}
