using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>Bytes that a node accepts, their hash and what they say.</summary>
public sealed record SignedTransaction(Hash32 Hash, ReadOnlyMemory<byte> Raw, Address Sender, TransactionFields Fields)
{
    /// <summary>The first field in which this is not what the key was asked to sign; null where it is exactly that.</summary>
    public string? DifferenceFrom(TransactionFields asked, Address key)
    {
        if (Raw.IsEmpty) return "raw";
        if (Fields.Fees.IsLegacy != asked.Fees.IsLegacy) return "type";
        if (Fields.ChainId != asked.ChainId) return "chainId";
        if (Fields.Nonce != asked.Nonce) return "nonce";
        if (Fields.To != asked.To) return "to";
        if (Fields.Value != asked.Value) return "value";
        if (!Fields.Data.Span.SequenceEqual(asked.Data.Span)) return "data";
        if (Fields.GasLimit != asked.GasLimit) return "gas";
        if (Fields.Fees.MaxFeePerGas != asked.Fees.MaxFeePerGas) return asked.Fees.IsLegacy ? "gasPrice" : "maxFeePerGas";
        if (Fields.Fees.MaxPriorityFeePerGas != asked.Fees.MaxPriorityFeePerGas) return "maxPriorityFeePerGas";
        return Sender == key ? null : "from";
    }
}
