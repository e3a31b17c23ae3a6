using Keeper.Core.Primitives;

namespace Keeper.Host.Keys;

/// <summary>A transaction for somebody else to sign, wherever that key is.</summary>
/// <param name="Purpose">In a word, for people and programs.</param>
/// <param name="Nonce">Null leaves it to the signer.</param>
/// <param name="MaxFeePerGas">Null leaves it to the signer.</param>
internal sealed record UnsignedTransaction(string Purpose, Address From, Address To, Wei Value, ReadOnlyMemory<byte> Data, ulong? Nonce = null, Gas? GasLimit = null, Wei? MaxFeePerGas = null)
{
    /// <summary>Null where it goes without saying.</summary>
    public ulong? ChainId { get; init; }
}
