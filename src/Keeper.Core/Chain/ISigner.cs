using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>Port: holds one key, or reaches the service that holds it. Never tells the key. Safe for concurrent use.</summary>
public interface ISigner
{
    /// <summary>The sender of what it signs.</summary>
    Address Address { get; }

    /// <summary>Signs exactly these fields. Deterministic where the key is local (RFC 6979): the same fields give the same bytes.</summary>
    /// <exception cref="SigningException">The key could not be used, or its service is silent or answered wrongly: nothing that was signed is given out.</exception>
    ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation);
}
