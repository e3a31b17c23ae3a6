using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Nethereum.Model;
using Nethereum.Signer;
using SignedTransaction = Keeper.Core.Chain.SignedTransaction;

namespace Keeper.Chain.Nethereum.Accounts;

/// <summary>
/// A key in somebody else's hands: any signer of Nethereum's shape for key services (AWS KMS, Azure Key Vault, a hardware wallet).
/// Its answer is not believed: r and s are put into a transaction of our own making, and only bytes that recover to the known address
/// leave. What it says in an exception is not repeated, since it may name an endpoint or a token.
/// </summary>
public sealed class ExternalSigner : ISigner
{
    /// <summary>How long one signature may take.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    private readonly EthExternalSignerBase _service;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <param name="address">Who it must sign as.</param>
    /// <param name="timeout">Above zero.</param>
    public ExternalSigner(EthExternalSignerBase service, Address address, TimeSpan timeout, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        (_service, Address, _timeout, _time) = (service, address, timeout, time);
    }

    public Address Address { get; }

    /// <summary>Asks the service for its address once.</summary>
    /// <exception cref="SigningException">It does not tell, or not in time.</exception>
    public static async Task<ExternalSigner> ConnectAsync(EthExternalSignerBase service, TimeSpan timeout, TimeProvider time, CancellationToken cancellation)
    {
        var address = await AskAsync(() => service.GetAddressAsync(), timeout, time, cancellation).ConfigureAwait(false);
        return Address.TryParse(address, out var known) && !known.IsZero
            ? new ExternalSigner(service, known, timeout, time)
            : throw new SigningException("The external signer tells no address.");
    }

    public async ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation)
    {
        transaction.RequireSignable();
        if (!transaction.Fees.IsLegacy && !_service.Supported1559) throw new SigningException("The external signer does not sign EIP-1559 transactions.");
        var signature = await AskAsync(() => RequestAsync(transaction), _timeout, _time, cancellation).ConfigureAwait(false);
        return Verify(transaction, signature);
    }

    public override string ToString() => $"external signer of {Address}";

    private async Task<ISignature?> RequestAsync(TransactionFields fields)
    {
        if (fields.Fees.IsLegacy)
        {
            var legacy = Transactions.Legacy(fields);
            await _service.SignAsync(legacy).ConfigureAwait(false);
            return legacy.Signature;
        }
        var dynamic = Transactions.Dynamic(fields);
        await _service.SignAsync(dynamic).ConfigureAwait(false);
        return dynamic.Signature;
    }

    /// <summary>
    /// Key services do not know low s (EIP-2), and not all give a recovery id: s is mirrored where it is high, and the parity is the
    /// one under which the signature is this address's.
    /// </summary>
    private SignedTransaction Verify(TransactionFields fields, ISignature? signature)
    {
        Span<byte> r = stackalloc byte[32], s = stackalloc byte[32];
        if (signature is null || !TryPad(signature.R, r) || !TryPad(signature.S, s) || !LowS.TryApply(s)) throw new SigningException("The external signer gave no signature of secp256k1.");
        var transaction = Transactions.Create(fields);
        var hash = transaction.RawHash;
        for (byte parity = 0; parity < 2; parity++)
        {
            if (Curve.Recover(hash, r, s, parity) == Address) return Transactions.Seal(transaction, fields, Address, r, s, parity);
        }
        throw new SigningException($"The external signer gave a signature that is not {Address}'s for this transaction.");
    }

    private static bool TryPad(byte[]? number, Span<byte> word)
    {
        var bytes = number.AsSpan().TrimStart((byte)0);
        if (bytes.Length > word.Length) return false;
        word.Clear();
        bytes.CopyTo(word[(word.Length - bytes.Length)..]);
        return true;
    }

    /// <summary>Off this thread, since an implementation may block before its first await.</summary>
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask, TimeSpan timeout, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            return await Task.Run(ask, cancellation).WaitAsync(timeout, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new SigningException($"The external signer did not answer within {timeout.TotalSeconds:0.###} s.");
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            throw new SigningException($"The external signer failed ({error.GetType().Name}).");
        }
    }
}
