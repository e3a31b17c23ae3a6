using Keeper.Chain.Native;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Protocols.RefPerps;

namespace Keeper.Benchmarks.Clients;

internal sealed class NativeSubject : IClientSubject
{
    public string Name => "native";

    public INodeDriver Driver { get; } = new NativeDriver();

    public ISigner Signer { get; } = LocalSigner.FromHex(Samples.Key);

    public int DecodeEvent(Log log) => AnswerUpdated.Decode(log).GetHashCode();

    public int EncodeCall() => NativeChainLibrary.Instance.Executor.AllowTarget(Samples.Target, Samples.Selector, allowed: true).Length;
}
