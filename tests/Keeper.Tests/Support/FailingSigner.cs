using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Support;

/// <summary>A key that can be taken away: signs as text while nothing is wrong.</summary>
internal sealed class FailingSigner : ISigner
{
    public TextSigner Inner { get; } = new();

    /// <summary>Why it gives no signature; null while it does.</summary>
    public SigningException? Failure { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public Address Address => Inner.Address;

    public ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation)
    {
        Asked++;
        return Failure is { } failure ? throw failure : Inner.SignAsync(transaction, cancellation);
    }
}
