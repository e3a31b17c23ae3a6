using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.DataFees;

/// <summary>The models by their name in a chain's profile.</summary>
public static class FeeModels
{
    /// <summary>Bytes of a signed EIP-1559 transaction around its calldata, every field at its longest.</summary>
    internal const int EnvelopeBytes = 160;

    /// <summary>A billion coins: what a model says that knows nothing yet.</summary>
    internal static readonly Wei Prohibitive = Wei.FromGwei(1_000_000_000_000_000_000);

    public static IFeeModel Of(FeeModel model) => model switch
    {
        FeeModel.OpStack => OpStackFees.Unknown,
        FeeModel.Arbitrum => ArbitrumFees.Unknown,
        _ => NoDataFee.Instance,
    };

    /// <summary>The words that a call returned; null where it returned fewer, or nothing.</summary>
    internal static UInt256[]? Words(CallResult answer, int count)
    {
        if (answer is not CallResult.Returned(var data)) return null;
        try
        {
            var reader = new AbiReader(data.Span);
            var words = new UInt256[count];
            for (var i = 0; i < count; i++) words[i] = reader.ReadUInt256();
            return words;
        }
        catch (AbiException)
        {
            return null;
        }
    }
}
