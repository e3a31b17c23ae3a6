using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.DataFees;

/// <summary>
/// Arbitrum charges the data as gas: the price of a byte on layer 1, by ArbGasInfo, over the base fee of its own (OffchainLabs/nitro,
/// arbos/l1pricing and tx_processor.go). A byte counts after compression; none is reckoned with. The paddings are those of its own
/// estimation: 16 bytes, 1 % of the size, 10 % of the price, and a base fee that falls by an eighth.
/// </summary>
public sealed record ArbitrumFees : IFeeModel
{
    private const int PaddingBytes = 16;

    /// <summary>More than any block has: what a model says that knows nothing yet, or whose answers make no sense.</summary>
    private const ulong MostGas = 1_000_000_000_000;

    // getPricesInWei() of ArbGasInfo
    private static readonly CallRequest[] Asked = [new(Address.Parse("0x000000000000000000000000000000000000006C"), new AbiWriter().ToCall(0x41b247a8))];

    private ArbitrumFees() { }

    public static ArbitrumFees Unknown { get; } = new();

    /// <summary>Wei for a byte on layer 1.</summary>
    private UInt256 PerByte { get; init; }

    /// <summary>Wei for a unit of gas; zero before the first answer.</summary>
    private UInt256 BaseFee { get; init; }

    public IReadOnlyList<CallRequest> Reads => Asked;

    public IFeeModel With(IReadOnlyList<CallResult> answers)
    {
        // Per transaction, per byte, per storage slot, per gas: at least, by congestion, in all.
        if (answers.Count != 1 || FeeModels.Words(answers[0], 6) is not { } words) return this;
        return words[1].BitLength > 128 || words[5].BitLength is 0 or > 128 ? this : this with { PerByte = words[1], BaseFee = words[5] };
    }

    public DataFee Of(int calldataBytes, Gas gas)
    {
        if (BaseFee.IsZero) return new(FeeModels.Prohibitive, default);
        var bytes = (ulong)(calldataBytes + FeeModels.EnvelopeBytes + PaddingBytes);
        var cost = UInt256.MulDivUp(PerByte * bytes, 101UL * 110UL, 100UL * 100UL);
        var charged = UInt256.MulDivUp(cost, 8UL, BaseFee * 7UL);
        return new(default, new(charged > MostGas ? MostGas : (ulong)charged));
    }
}
