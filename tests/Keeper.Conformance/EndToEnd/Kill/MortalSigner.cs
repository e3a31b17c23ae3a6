using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.EndToEnd.Kill;

/// <summary>A signer whose process dies before or after it has signed.</summary>
internal sealed class MortalSigner(ISigner signer, Death death) : ISigner
{
    public Address Address => signer.Address;

    public async ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation)
    {
        death.At(KillPoint.AfterReserve);
        var signed = await signer.SignAsync(transaction, cancellation);
        death.At(KillPoint.AfterSign);
        return signed;
    }
}
