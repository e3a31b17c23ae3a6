using Keeper.Core.Chain.Contracts;
using Keeper.Core.Chain.Keystore;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>Port: everything that one client library does for the keeper. The configuration names one, and nothing of another is used beside it.</summary>
public interface IChainLibrary
{
    /// <summary>As the configuration and <c>keeper_build_info</c> name it.</summary>
    string Name { get; }

    /// <summary>Talks to nodes.</summary>
    INodeDriver Driver { get; }

    /// <summary>The owner's side of the executor.</summary>
    IExecutorContract Executor { get; }

    /// <summary>Many views in one call.</summary>
    IMulticallCodec Multicall { get; }

    /// <param name="endpoint">With an HTTP URL.</param>
    IDevNode OpenDevNode(RpcEndpoint endpoint, TimeProvider time);

    /// <summary>From a V3 keystore file.</summary>
    /// <exception cref="KeystoreException">Wrong password, loose file mode, or not a keystore.</exception>
    ILocalSigner OpenKeystore(string path, string password);

    /// <param name="key">32 bytes; the caller zeroes its own copy.</param>
    /// <exception cref="SigningException">Not a key of secp256k1.</exception>
    ILocalSigner SignerOf(ReadOnlySpan<byte> key);

    /// <summary>
    /// Reads signed bytes back, whoever signed them: a type 2 or EIP-155 transaction without an access list, in the one canonical encoding, with a low s (EIP-2).
    /// The hash is computed, the sender recovered.
    /// </summary>
    /// <exception cref="SigningException">Anything else; the message says what, and quotes nothing.</exception>
    SignedTransaction ReadTransaction(ReadOnlyMemory<byte> raw);

    /// <summary>Keccak-256.</summary>
    Hash32 Hash(ReadOnlySpan<byte> data);
}
