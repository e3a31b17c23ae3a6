using System.Text;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Support;

/// <summary>Signs by writing the fields down: the same fields give the same bytes, and a test can read them.</summary>
internal sealed class TextSigner : ISigner
{
    public List<TransactionFields> Signed { get; } = [];

    public Address Address => ScriptedProtocol.AddressOf(0x0b);

    public ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation)
    {
        Signed.Add(transaction);
        var raw = Encoding.UTF8.GetBytes($"nonce {transaction.Nonce} to {transaction.To} fees {transaction.Fees} data {Hex.Encode(transaction.Data.Span)}");
        return ValueTask.FromResult(new SignedTransaction(Keccak.Hash(raw), raw, Address, transaction));
    }
}
