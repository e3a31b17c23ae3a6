namespace Keeper.Chain.Native.Crypto;

/// <summary>The curve, in two implementations that give the same bytes. Safe for concurrent use.</summary>
internal interface ISecp256k1
{
    string Name { get; }

    /// <summary>Deterministic (RFC 6979 with SHA-256), low s.</summary>
    /// <param name="hash">32 bytes.</param>
    /// <param name="key">32 bytes, checked by <see cref="PrivateKey"/>.</param>
    RecoverableSignature Sign(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> key);

    /// <summary>Writes x and y, 64 bytes.</summary>
    void DerivePublicKey(ReadOnlySpan<byte> key, Span<byte> publicKey);

    /// <summary>Writes x and y of the key that made the signature; false where there is none.</summary>
    bool TryRecover(ReadOnlySpan<byte> hash, RecoverableSignature signature, Span<byte> publicKey);
}
