using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.Oracles;

/// <summary>
/// The calldata by which oracle networks bring a price to an aggregator: what it will answer, before it does. Read as the aggregators do; whether one takes
/// it (its signatures, its sender, its order) is told by a simulation. Selectors are the first four bytes of keccak-256 of the signatures beside them, which a test recomputes.
/// </summary>
internal static class Transmissions
{
    /// <summary>libocr contract2/OCR2Aggregator.sol.</summary>
    public const uint Ocr2 = 0xb1dc65a4;

    /// <summary>libocr contract/OffchainAggregator.sol.</summary>
    public const uint Ocr1 = 0xc9807539;

    /// <summary>The reference aggregator of contracts/src/oracle: one transmitter stands for the network.</summary>
    public const uint Reference = 0x82b8ebc7;
    public const uint ReferenceAt = 0xaa17596c;

    /// <summary>chainlink AuthorizedForwarder.sol: a node's transmitter may be a contract that its key sends through.</summary>
    public const uint Forward = 0x6fadcf72;

    /// <summary>As many as an aggregator takes (libocr maxNumOracles).</summary>
    private const int MaxObservations = 31;

    private const int AnswerBits = 192;

    public static readonly IReadOnlyList<(uint Selector, string Signature)> All =
    [
        (Ocr2, "transmit(bytes32[3],bytes,bytes32[],bytes32[],bytes32)"),
        (Ocr1, "transmit(bytes,bytes32[],bytes32[],bytes32)"),
        (Reference, "transmit(int192)"),
        (ReferenceAt, "transmitAt(int192,uint32)"),
        (Forward, "forward(address,bytes)"),
    ];

    /// <summary>The aggregator that it transmits to, and the answer that this one will give.</summary>
    /// <returns>Null where it is no transmission that is known, or a malformed one, which the aggregator would refuse.</returns>
    public static (Address Aggregator, Int256 Answer)? Read(PendingTransaction transaction)
    {
        try
        {
            var (to, data) = (transaction.To, transaction.Data);
            if (SelectorOf(data.Span) == Forward)
            {
                var arguments = new AbiReader(data.Span[4..]);
                to = arguments.ReadAddress();
                data = arguments.ReadOffset().ReadBytes().ToArray();
            }
            return Answer(data.Span) is { } answer ? (to, answer) : null;
        }
        catch (AbiException)
        {
            return null;
        }
    }

    private static Int256? Answer(ReadOnlySpan<byte> data)
    {
        var selector = SelectorOf(data);
        if (selector is not (Ocr2 or Ocr1 or Reference or ReferenceAt)) return null;
        var arguments = new AbiReader(data[4..]);
        if (selector is Reference or ReferenceAt) return arguments.ReadInt(AnswerBits);
        // Of OCR2 the report's context stands before the report, in three words.
        for (var word = 0; selector == Ocr2 && word < 3; word++) arguments.ReadUInt256();
        var report = new AbiReader(arguments.ReadOffset().ReadBytes());
        report.ReadUInt256(); // OCR2: the time of the observations; OCR1: the context
        report.ReadUInt256(); // who observed
        return Median(report.ReadOffset());
    }

    /// <summary>They are sorted, which the aggregator demands; of an even number it takes the upper one of the middle.</summary>
    private static Int256 Median(AbiReader observations)
    {
        var count = observations.ReadLength(32);
        if (count is 0 or > MaxObservations) throw new AbiException($"A report has {count} observations.");
        for (var i = 0; i < count / 2; i++) observations.ReadInt(AnswerBits);
        return observations.ReadInt(AnswerBits);
    }

    private static uint SelectorOf(ReadOnlySpan<byte> data) => data.Length < 4 ? 0 : System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data);
}
