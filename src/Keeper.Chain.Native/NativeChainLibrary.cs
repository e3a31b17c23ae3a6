using Keeper.Chain.Native.Contracts;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Rlp;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native;

/// <summary>The built-in library. Stateless.</summary>
public sealed class NativeChainLibrary : IChainLibrary
{
    private NativeChainLibrary() { }

    public static NativeChainLibrary Instance { get; } = new();

    public string Name => Driver.Name;
    public INodeDriver Driver { get; } = new NativeDriver();
    public IExecutorContract Executor { get; } = new ExecutorContract();
    public IMulticallCodec Multicall { get; } = new MulticallCodec();

    public IDevNode OpenDevNode(RpcEndpoint endpoint, TimeProvider time) => new NativeDevNode(new JsonRpcClient(endpoint, time), time);
    public ILocalSigner OpenKeystore(string path, string password) => LocalSigner.FromKeystore(path, password);
    public ILocalSigner SignerOf(ReadOnlySpan<byte> key) => new LocalSigner(new PrivateKey(key));

    public Hash32 Hash(ReadOnlySpan<byte> data) => Keccak.Hash(data);

    public SignedTransaction ReadTransaction(ReadOnlyMemory<byte> raw)
    {
        try
        {
            return RawTransaction.Decode(raw);
        }
        catch (RlpException error)
        {
            throw new SigningException($"The bytes are no transaction that a node takes: {error.Message}", SigningFault.Malformed);
        }
    }
}
