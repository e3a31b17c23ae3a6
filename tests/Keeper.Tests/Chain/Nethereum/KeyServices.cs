using System.Numerics;
using Nethereum.Model;
using Nethereum.Signer;
using Nethereum.Signer.Crypto;

namespace Keeper.Tests.Chain.Nethereum;

/// <summary>Shaped as the signers of AWS KMS and Azure Key Vault are: a hash goes in, r and s come out, the recovery id is searched for by the base class.</summary>
internal class HonestService(byte[] key) : EthExternalSignerBase
{
    protected EthECKey Key { get; } = new(key, isPrivate: true);

    public override bool Supported1559 => true;
    public override ExternalSignerTransactionFormat ExternalSignerTransactionFormat { get; protected set; } = ExternalSignerTransactionFormat.Hash;
    public override bool CalculatesV { get; protected set; }

    public override Task SignAsync(LegacyTransactionChainId transaction) => SignHashTransactionAsync(transaction);
    public override Task SignAsync(LegacyTransaction transaction) => SignHashTransactionAsync(transaction);
    public override Task SignAsync(Transaction1559 transaction) => SignHashTransactionAsync(transaction);
    public override Task SignAsync(Transaction7702 transaction) => SignHashTransactionAsync(transaction);

    protected override Task<byte[]> GetPublicKeyAsync() => Task.FromResult(Key.GetPubKey());
    protected override Task<ECDSASignature> SignExternallyAsync(byte[] bytes) => Task.FromResult(ECDSASignature.FromDER(Key.Sign(bytes).ToDER()));
}

/// <summary>Knows nothing of EIP-2: its s is the higher one.</summary>
internal sealed class HighSService(byte[] key) : HonestService(key)
{
    protected override async Task<ECDSASignature> SignExternallyAsync(byte[] bytes)
    {
        var low = await base.SignExternallyAsync(bytes);
        return new ECDSASignature(low.R, ECKey.CURVE_ORDER.Subtract(low.S));
    }
}

/// <summary>Says that it gives a recovery id, and gives none.</summary>
internal sealed class ForgetfulService : HonestService
{
    public ForgetfulService(byte[] key) : base(key) => CalculatesV = true;
}

/// <summary>Tells one address and signs with another key.</summary>
internal sealed class LyingService(byte[] key, byte[] other) : HonestService(other)
{
    public override Task<string> GetAddressAsync() => Task.FromResult(new EthECKey(key, isPrivate: true).GetPublicAddress());
}

/// <summary>Signs a transaction of its own in place of the one that it was given.</summary>
internal sealed class SubstitutingService(byte[] key) : HonestService(key)
{
    public override async Task SignAsync(Transaction1559 transaction)
    {
        var other = new Transaction1559(transaction.ChainId, transaction.Nonce, 0, 0, 21_000, "0x00000000000000000000000000000000000000ff", BigInteger.One, "0x", []);
        await base.SignAsync(other);
        transaction.SetSignature(other.Signature);
    }
}

/// <summary>Its r and s are no numbers of the curve.</summary>
internal sealed class GarblingService(byte[] key, int length, byte filling) : HonestService(key)
{
    public override Task SignAsync(Transaction1559 transaction)
    {
        var bytes = Enumerable.Repeat(filling, length).ToArray();
        transaction.SetSignature(new Signature(bytes, bytes, [0]));
        return Task.CompletedTask;
    }
}

/// <summary>Returns without having signed.</summary>
internal sealed class IdleService(byte[] key) : HonestService(key)
{
    public override Task SignAsync(Transaction1559 transaction) => Task.CompletedTask;
}

/// <summary>Never answers; where it blocks, it does so before its first await.</summary>
internal sealed class HangingService(byte[] key, bool blocks) : HonestService(key), IDisposable
{
    private readonly ManualResetEventSlim _released = new();

    public override Task<string> GetAddressAsync() => Hang<string>();

    protected override Task<ECDSASignature> SignExternallyAsync(byte[] bytes) => Hang<ECDSASignature>();

    public void Dispose() => _released.Set();

    private Task<T> Hang<T>()
    {
        if (blocks) _released.Wait();
        return new TaskCompletionSource<T>().Task;
    }
}

/// <summary>Fails with words that nobody else should read.</summary>
internal sealed class ThrowingService(byte[] key) : HonestService(key)
{
    public const string Words = "https://kms.example/?token=canary-of-the-service";

    public override Task<string> GetAddressAsync() => throw new InvalidOperationException(Words);

    protected override Task<ECDSASignature> SignExternallyAsync(byte[] bytes) => throw new InvalidOperationException(Words);
}

/// <summary>Predates EIP-1559.</summary>
internal sealed class LegacyService(byte[] key) : HonestService(key)
{
    public override bool Supported1559 => false;
}
