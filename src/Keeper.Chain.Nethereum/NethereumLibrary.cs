using Keeper.Chain.Nethereum.Accounts;
using Keeper.Chain.Nethereum.Contracts;
using Keeper.Chain.Nethereum.Contracts.Executor;
using Keeper.Chain.Nethereum.Node;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Nethereum.Util;

namespace Keeper.Chain.Nethereum;

/// <summary>The library on Nethereum. Stateless.</summary>
public sealed class NethereumLibrary : IChainLibrary
{
    private NethereumLibrary() { }

    /// <summary>Null in a build without the package.</summary>
    public static IChainLibrary? Instance { get; } = new NethereumLibrary();

    public string Name => Driver.Name;
    public INodeDriver Driver { get; } = new NethereumDriver();
    public IExecutorContract Executor { get; } = new LiquidationExecutorService();
    public IMulticallCodec Multicall { get; } = new MulticallCodec();

    public IDevNode OpenDevNode(RpcEndpoint endpoint, TimeProvider time) => new NethereumDevNode(endpoint, time);
    public ILocalSigner OpenKeystore(string path, string password) => NethereumSigner.FromKeystore(path, password);
    public ILocalSigner SignerOf(ReadOnlySpan<byte> key) => new NethereumSigner(key);
    public Hash32 Hash(ReadOnlySpan<byte> data) => new(Sha3Keccack.Current.CalculateHash(data.ToArray()));
    public SignedTransaction ReadTransaction(ReadOnlyMemory<byte> raw) => SignedBytes.Read(raw);
}
