namespace Keeper.Core.Chain;

/// <summary>Port: a signer whose key is in this process's memory, cleared on dispose.</summary>
public interface ILocalSigner : ISigner, IDisposable
{
    /// <summary>Signs a message as EIP-191 version 0x45 has it, so that it can never be a transaction's signature.</summary>
    /// <returns>65 bytes: r, s, and 27 or 28.</returns>
    byte[] SignMessage(ReadOnlySpan<byte> message);
}
