using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.DataFees;

/// <summary>
/// The OP stack since its Fjord upgrade: <c>estimatedSize * (baseFeeScalar * 16 * l1BaseFee + blobBaseFeeScalar * blobBaseFee) / 1e12</c>,
/// where the size is linear in the bytes after compression, and the operator's fee of Isthmus, linear in gas (GasPriceOracle,
/// ethereum-optimism/specs, fjord and isthmus). No compression is reckoned with, as in the contract's <c>getL1FeeUpperBound</c>.
/// </summary>
public sealed record OpStackFees : IFeeModel
{
    private const ulong Intercept = 42_585_600, PerCompressedByte = 836_500, LeastSize = 100_000_000;

    /// <summary>The operator's fee is asked for at this much gas and at twice as much: two points of its line, whichever upgrade drew it.</summary>
    private const ulong Probe = 1_000_000;

    private static readonly Address Oracle = Address.Parse("0x420000000000000000000000000000000000000F");
    private static readonly CallRequest[] Asked =
    [
        Ask(0x519b4bd3), // l1BaseFee()
        Ask(0xf8206140), // blobBaseFee()
        Ask(0xc5985918), // baseFeeScalar()
        Ask(0x68d5dca6), // blobBaseFeeScalar()
        Ask(0x275aedd2, Probe), // getOperatorFee(uint256)
        Ask(0x275aedd2, 2 * Probe),
    ];

    private OpStackFees() { }

    public static OpStackFees Unknown { get; } = new();

    /// <summary>1e-12 wei for a millionth of a byte of estimated size; null before the first answer.</summary>
    private UInt256? Price { get; init; }

    /// <summary>The operator's fee for no gas.</summary>
    private UInt256 OperatorConstant { get; init; }

    /// <summary>What the operator's fee grows by with each <see cref="Probe"/> of gas.</summary>
    private UInt256 OperatorSlope { get; init; }

    public IReadOnlyList<CallRequest> Reads => Asked;

    public IFeeModel With(IReadOnlyList<CallResult> answers)
    {
        if (answers.Count != Asked.Length) return this;
        var words = answers.Select(answer => FeeModels.Words(answer, 1)?[0]).ToArray();
        // The widths of the contract's own fields: anything wider is no answer of its.
        if (words.Take(2).Any(fee => fee is not { BitLength: <= 128 }) || words.Skip(2).Take(2).Any(scalar => scalar is not { BitLength: <= 32 })) return this;
        var price = words[2]!.Value * 16UL * words[0]!.Value + words[3]!.Value * words[1]!.Value;
        // Before Isthmus the contract has no such function, and no operator takes a fee.
        var (once, twice) = (words[4] ?? UInt256.Zero, words[5] ?? UInt256.Zero);
        if (once.BitLength > 128 || twice.BitLength > 128 || twice < once) return this;
        var slope = twice - once;
        return this with { Price = price, OperatorSlope = slope, OperatorConstant = once > slope ? once - slope : UInt256.Zero };
    }

    public DataFee Of(int calldataBytes, Gas gas)
    {
        if (Price is not { } price) return new(FeeModels.Prohibitive, default);
        var bytes = (ulong)(calldataBytes + FeeModels.EnvelopeBytes);
        var compressed = bytes + bytes / 255 + 16;
        var size = Math.Max(LeastSize, PerCompressedByte * compressed - Intercept);
        // The base fee of layer 1 may have risen by an eighth when the next of its blocks is told.
        var data = UInt256.MulDivUp(UInt256.MulDivUp(price, 9UL, 8UL), size, 1_000_000_000_000UL);
        return new(new(data + OperatorConstant + UInt256.MulDivUp(OperatorSlope, gas.Value, Probe)), default);
    }

    private static CallRequest Ask(uint selector, ulong? argument = null) =>
        new(Oracle, (argument is { } word ? new AbiWriter().Word(word) : new AbiWriter()).ToCall(selector));
}
