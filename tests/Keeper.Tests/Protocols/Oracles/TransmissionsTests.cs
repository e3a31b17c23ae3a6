using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Primitives;
using Keeper.Protocols.Oracles;
using Keeper.Tests.Support;

namespace Keeper.Tests.Protocols.Oracles;

public sealed class TransmissionsTests
{
    private static readonly Address Aggregator = ScriptedProtocol.AddressOf(0xa66);

    [Fact]
    public void Selectors_are_those_of_their_signatures() => Assert.All(Transmissions.All, known => Assert.Equal(Keccak.Selector(known.Signature), known.Selector));

    [Theory]
    [InlineData(new long[] { 5 }, 5)]
    [InlineData(new long[] { -7, 5, 9 }, 5)]
    [InlineData(new long[] { 1, 2, 3, 4 }, 3)] // OCR2Aggregator.sol: observations[length / 2]
    public void A_report_of_either_generation_answers_its_median(long[] observations, long median)
    {
        Assert.Equal((Aggregator, (Int256)median), Transmissions.Read(Sent(Ocr2(observations))));
        Assert.Equal((Aggregator, (Int256)median), Transmissions.Read(Sent(Ocr1(observations))));
    }

    [Fact]
    public void What_a_forwarder_passes_on_is_for_the_aggregator_behind_it()
    {
        var forwarded = new AbiWriter().Word(Aggregator).Bytes(Ocr2(41, 42, 43)).ToCall(Transmissions.Forward);
        Assert.Equal((Aggregator, (Int256)42), Transmissions.Read(Sent(forwarded, to: ScriptedProtocol.AddressOf(0xf0))));
    }

    [Fact]
    public void The_reference_aggregator_is_told_its_answer()
    {
        Assert.Equal((Aggregator, (Int256)(-3)), Transmissions.Read(Sent(new AbiWriter().Word((Int256)(-3)).ToCall(Transmissions.Reference))));
        Assert.Equal((Aggregator, (Int256)8), Transmissions.Read(Sent(new AbiWriter().Word((Int256)8).Word((UInt256)1_700_000_000UL).ToCall(Transmissions.ReferenceAt))));
    }

    [Fact]
    public void Nothing_else_is_a_transmission_and_no_bytes_are_a_fault()
    {
        Assert.Null(Transmissions.Read(Sent([])));
        Assert.Null(Transmissions.Read(Sent([1, 2, 3])));
        Assert.Null(Transmissions.Read(Sent(new AbiWriter().Word((UInt256)1UL).ToCall(0xa9059cbb))));
        Assert.Null(Transmissions.Read(Sent(Ocr2())));
        Assert.Null(Transmissions.Read(Sent(Ocr2([.. Enumerable.Range(0, 32).Select(value => (long)value)]))));
        Assert.Null(Transmissions.Read(Sent(new AbiWriter().Word(Int256.MinValue).ToCall(Transmissions.Reference))));
        var whole = Ocr2(1, 2, 3);
        for (var length = 0; length < whole.Length - 32 * 8; length += 7) Assert.Null(Transmissions.Read(Sent(whole[..length])));
    }

    private static PendingTransaction Sent(byte[] data, Address? to = null) => new(default, default, to ?? Aggregator, 0, data, new Gas(1), default);

    /// <summary>As libocr's OCR2Aggregator takes it: (uint32 observationsTimestamp, bytes32 rawObservers, int192[] observations, int192 juelsPerFeeCoin).</summary>
    private static byte[] Ocr2(params long[] observations)
    {
        var report = new AbiWriter().Word((UInt256)1_700_000_000UL).Word(Hash32.Zero).StaticArray(observations, (writer, value) => writer.Word((Int256)value)).Word((UInt256)7UL).ToArray();
        return new AbiWriter().Word(Hash32.Zero).Word(Hash32.Zero).Word(Hash32.Zero).Bytes(report).StaticArray<long>([], (_, _) => { }).StaticArray<long>([], (_, _) => { }).Word(Hash32.Zero).ToCall(Transmissions.Ocr2);
    }

    /// <summary>As OffchainAggregator takes it: (bytes32 rawReportContext, bytes32 rawObservers, int192[] observations).</summary>
    private static byte[] Ocr1(params long[] observations)
    {
        var report = new AbiWriter().Word(Hash32.Zero).Word(Hash32.Zero).StaticArray(observations, (writer, value) => writer.Word((Int256)value)).ToArray();
        return new AbiWriter().Bytes(report).StaticArray<long>([], (_, _) => { }).StaticArray<long>([], (_, _) => { }).Word(Hash32.Zero).ToCall(Transmissions.Ocr1);
    }
}
