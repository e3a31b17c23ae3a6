using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Support;

/// <summary>Holds a key that can't be used.</summary>
internal sealed class ThrowingSigner : ISigner
{
    public Address Address => ScriptedProtocol.AddressOf(0x0b);

    public ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation) => throw new SigningException("The key is locked.");
}
